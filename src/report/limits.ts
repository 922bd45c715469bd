import { isValid } from './cell-figures.js'
import type { Finding, Limit } from './finding.js'
import * as format from './format.js'
import { groupBy } from './group-by.js'
import type { LadderRow } from './ladder.js'
import { levelText } from './level-ref.js'

/** What limits a scenario, in words. */
export interface ScenarioLimit {
  readonly scenario: string
  readonly text: string
}

/**
 * For each scenario with a valid capacity, what limits it at which level, from the findings.
 * @param byRun the findings of each run, by its id
 */
export function limitsOf(
  rows: readonly LadderRow[],
  byRun: ReadonlyMap<string, readonly Finding[]>,
): ScenarioLimit[] {
  return [...groupBy(rows.filter(isValid), ({ scenario }) => scenario)].map(([scenario, valid]) => {
    const named = valid.map((row) => ({ row, limits: limitsAt(row, byRun.get(row.runId) ?? []) }))
    const groups = [...groupBy(named, ({ row, limits }) => wordsOf(row, limits))]
    const parts = groups.map(([words, group]) =>
      groups.length === 1
        ? `${words}${group.length > 1 ? ' at every level' : ''}`
        : `${words} (${levelsText(group.map(({ row }) => row))})`,
    )
    return { scenario, text: `Limit: ${parts.join('; ')}.` }
  })
}

function limitsAt({ level, scenario }: LadderRow, findings: readonly Finding[]): Limit[] {
  return findings.flatMap(({ limit, cells }) =>
    limit !== undefined && cells.some((cell) => cell.level === level.key && cell.scenario === scenario)
      ? [limit]
      : [],
  )
}

function wordsOf(row: LadderRow, limits: readonly Limit[]): string {
  if (limits.length === 0) return 'not seen in CPU or database pool'
  return format.list(limits.map((limit) => WORDS[limit](row)))
}

const WORDS: Readonly<Record<Limit, (row: LadderRow) => string>> = {
  'own-cpu': () => 'the service’s own CPU',
  services: ({ measured }) => {
    const [top] = (measured?.usage ?? [])
      .filter(({ role }) => role === 'service')
      .sort((a, b) => b.cores - a.cores)
    return `the CPU of ${top?.name ?? 'the services behind it'}`
  },
  pool: () => 'the pool of database connections',
}

/** `level 0`, `levels 1 and 2`. */
function levelsText(rows: readonly LadderRow[]): string {
  const numbers = rows.flatMap(({ level }) => (level.number === null ? [] : [level.number]))
  if (numbers.length < rows.length || numbers.length < 2)
    return format.list(rows.map(({ level }) => levelText(level)))
  return `levels ${format.list(numbers.map(String))}`
}
