import { commitText, conditionsKey, loadText } from '../../figures/comparable.js'
import { cellGroups, compareLevels, compareText, type LevelRef } from '../../figures/level-ref.js'
import type { CompletedOutcome } from '../../model/run/outcome.js'
import { byStart } from '../../model/run/record.js'
import type { Cell, Run } from '../../model/run/run.js'
import { median } from '../../stats/estimate/intervals.js'
import { foldRepeats, type Repeats } from '../../stats/estimate/repeat-interval.js'
import { tellable, timedRequests } from '../../stats/validity/enough.js'
import { groupBy } from '../../words/group-by.js'

/** What a run says of a level and scenario, without its samples. */
export interface IndexCell {
  readonly level: LevelRef
  readonly scenario: string
  readonly load: string
  readonly throughput: Repeats
  readonly repeats: number
  readonly isValid: boolean
  /** Of the repeat with the highest; null without a latency of which all repeats are valid. */
  readonly p99Us: number | null
  /** Arrivals per second at which latency was measured; null without. */
  readonly rate: { readonly min: number; readonly max: number } | null
}

/** A run as the list of all runs shows it. */
export interface IndexEntry {
  readonly id: string
  readonly startedAt: string
  readonly state: Run['state']
  readonly commit: string | null
  readonly cpuModel: string
  readonly cores: number
  /** Runs with the same may be compared. */
  readonly conditions: string
  readonly planned: number
  readonly completed: number
  readonly cells: readonly IndexCell[]
}

export function indexEntry(run: Run): IndexEntry {
  return {
    id: run.id,
    startedAt: run.startedAt,
    state: run.state,
    commit: commitText(run.git),
    cpuModel: run.machine.cpuModel,
    cores: run.machine.usableCores,
    conditions: conditionsKey(run),
    planned: run.plan.length,
    completed: run.cells.filter(({ outcome }) => outcome.state === 'completed').length,
    cells: cellGroups(run).flatMap(({ level, scenario, cells }) =>
      indexCell(level, scenario, loadText(run, scenario), completedOf(cells)),
    ),
  }
}

function completedOf(cells: readonly Cell[]): CompletedOutcome[] {
  return cells.flatMap(({ outcome }) => (outcome.state === 'completed' ? [outcome] : []))
}

function indexCell(
  level: LevelRef,
  scenario: string,
  load: string,
  outcomes: readonly CompletedOutcome[],
): IndexCell[] {
  const throughput = foldRepeats(outcomes.map(({ summary }) => summary.throughput))
  if (throughput === null) return []
  const phases = outcomes.flatMap(({ latency }) => latency ?? [])
  const p99 = phases.flatMap(({ latency, validity, sample }) => {
    const { p99Us } = tellable(latency, timedRequests(sample))
    return p99Us !== null && validity.state === 'valid' ? [p99Us] : []
  })
  const rates = phases.map(({ rate }) => rate)
  return [
    {
      level,
      scenario,
      load,
      throughput,
      repeats: outcomes.length,
      isValid: outcomes.every(({ validity }) => validity.state === 'valid'),
      p99Us: phases.length > 0 && p99.length === phases.length ? Math.max(...p99) : null,
      rate: rates.length === 0 ? null : { min: Math.min(...rates), max: Math.max(...rates) },
    },
  ]
}

/** How a level did on a scenario from run to run, the oldest first. */
export interface Trend {
  readonly level: LevelRef
  readonly scenario: string
  readonly points: readonly { readonly run: string; readonly startedAt: string; readonly cell: IndexCell }[]
  /** Of the throughput of all valid points but the newest; null where there is none. */
  readonly usual: number | null
  /** Newest ÷ the valid one before it; null where either is not valid or absent. */
  readonly change: number | null
}

/**
 * The trends of the runs that are comparable with the newest one, by scenario, then by level. Cells under another load
 * than the newest one's are left out.
 */
export function trendsOf(entries: readonly IndexEntry[]): Trend[] {
  const sorted = [...entries].sort(byStart)
  const leader = sorted.findLast(({ cells }) => cells.length > 0)
  const all = sorted
    .filter(({ conditions }) => conditions === leader?.conditions)
    .flatMap(({ id, startedAt, cells }) => cells.map((cell) => ({ run: id, startedAt, cell })))
  const groups = groupBy(all, ({ cell }) => JSON.stringify([cell.scenario, cell.level.id]))
  return [...groups.values()].flatMap(trendOf).sort(byScenarioAndLevel)
}

function trendOf(all: Trend['points']): Trend[] {
  const newest = all.at(-1)
  if (newest === undefined) return []
  const points = all.filter(({ cell }) => cell.load === newest.cell.load)
  const earlier = points.slice(0, -1).filter(({ cell }) => cell.isValid)
  const before = earlier.at(-1)?.cell.throughput.value ?? 0
  const { level, scenario, throughput, isValid } = newest.cell
  return [
    {
      level,
      scenario,
      points,
      usual: median(earlier.map(({ cell }) => cell.throughput.value)),
      change: isValid && before > 0 ? throughput.value / before : null,
    },
  ]
}

function byScenarioAndLevel(a: Trend, b: Trend): number {
  return compareText(a.scenario, b.scenario) || compareLevels(a.level, b.level)
}
