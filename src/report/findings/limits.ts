import { isValid } from '../../figures/cell-figures.js'
import type { LadderRow } from '../../figures/ladder.js'
import { levelText } from '../../figures/level-ref.js'
import type { WaitLimit } from '../../stats/load/connection-limit.js'
import { refusingStatus } from '../../stats/validity/refusals.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import type { Answer } from './answers.js'
import type { Finding, Limit } from './finding.js'
import { refusalWords, waitWords } from './findings-waits.js'

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
  return [...groupBy(rows, ({ scenario }) => scenario)].flatMap(([scenario, all]) => {
    const valid = all.filter(isValid)
    if (valid.length === 0) return []
    const named = valid.map((row) => ({ row, limits: limitsAt(row, byRun.get(row.runId) ?? []) }))
    const groups = [...groupBy(named, ({ row, limits }) => wordsOf(row, limits))]
    const [only] = groups
    if (only !== undefined && groups.length === 1 && valid.length === all.length)
      return [{ scenario, text: `${all.length > 1 ? 'Limit at every level' : 'Limit'}: ${only[0]}.` }]
    const parts = groups.map(
      ([words, group]) =>
        `${words} (${levelsText(
          group.map(({ row }) => row),
          valid,
        )})`,
    )
    return [{ scenario, text: `Limit: ${parts.join('; ')}.` }]
  })
}

/** What limits the scenario that an answer is about; null where it is about none, or nothing is known. */
export function limitText(
  limits: readonly ScenarioLimit[],
  { evidence }: Pick<Answer, 'evidence'>,
): string | null {
  const scenario = evidence !== null && 'scenario' in evidence ? evidence.scenario : null
  return limits.find((limit) => limit.scenario === scenario)?.text ?? null
}

function limitsAt({ level, scenario }: LadderRow, findings: readonly Finding[]): Limit[] {
  return findings.flatMap(({ limit, cells }) =>
    limit !== undefined && cells.some((cell) => cell.level === level.key && cell.scenario === scenario)
      ? [limit]
      : [],
  )
}

/** Whatever comes after one that was seen follows from it: without CPU left, requests wait for connections too. */
const CAUSES: readonly (readonly Limit[])[] = [
  ['refusals'],
  ['own-cpu', 'threads', 'services', 'cores'],
  ['database', 'pool'],
  ['event-loop'],
  ['generator'],
  ['connections', 'delayed-ack', 'waits'],
]

function wordsOf(row: LadderRow, limits: readonly Limit[]): string {
  const first = CAUSES.map((cause) => limits.filter((limit) => cause.includes(limit))).find(
    ({ length }) => length > 0,
  )
  const named = [...(first ?? []), ...limits.filter((limit) => limit === 'queue')]
  if (named.length === 0) return 'not seen in CPU, event loop, database or generator'
  return format.list(named.map((limit) => WORDS[limit](row)))
}

function waitsOf(limit: WaitLimit) {
  return ({ connections, measured }: LadderRow) =>
    waitWords(limit, connections ?? 0, measured?.throughput.value ?? 0)
}

const WORDS: Readonly<Record<Limit, (row: LadderRow) => string>> = {
  'own-cpu': () => 'the service’s own CPU',
  services: ({ measured }) => {
    const [top] = (measured?.usage ?? [])
      .filter(({ role }) => role === 'service')
      .sort((a, b) => b.cores - a.cores)
    return `the CPU of ${top?.name ?? 'the services behind it'}`
  },
  cores: ({ measured }) =>
    `the cores that ${format.list((measured?.usage ?? []).filter(({ cores }) => cores >= 0.05).map(({ name }) => name))} share`,
  threads: () => 'CPU on threads beside the event loop, such as for password hashing',
  database: () => 'the database, at work for all connections',
  pool: () => 'the pool of database connections',
  'event-loop': () => 'the event loop, busy though CPU is left',
  queue: () => 'the queue’s workers, which fall behind',
  generator: () => 'the load generator, near its own limit',
  refusals: ({ measured }) => {
    const status = measured?.errors.map(({ what }) => refusingStatus(what)).find(Boolean)
    return refusalWords(status ?? '429', measured?.throughput.value ?? 0, null)
  },
  connections: waitsOf('connections'),
  'delayed-ack': waitsOf('delayed-ack'),
  waits: waitsOf('waits'),
}

/** `level 0`, `levels 1 and 2`, or `from level 1 on` where these are all the upper ones of three or more. */
function levelsText(rows: readonly LadderRow[], all: readonly LadderRow[]): string {
  const numbers = rows.flatMap(({ level }) => (level.number === null ? [] : [level.number]))
  if (numbers.length < rows.length || numbers.length < 2)
    return format.list(rows.map(({ level }) => levelText(level)))
  if (all.length > 2 && all.slice(-rows.length).every((row, index) => row === rows[index]))
    return `from level ${numbers[0]} on`
  return `levels ${format.list(numbers.map(String))}`
}
