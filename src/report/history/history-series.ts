import type { GateMetric } from '../../model/studies/gate.js'
import type { HistoryEntry } from '../../model/studies/gate-history.js'
import { changePoints } from '../../stats/estimate/change-points.js'
import { median } from '../../stats/estimate/intervals.js'
import type { HistoryFile } from './read-history.js'

/** One gate's figure. Log ratios, positive for slower. */
export interface SeriesPoint {
  readonly gate: string
  readonly startedAt: string
  readonly head: HistoryEntry['head']
  readonly machine: HistoryEntry['machine']
  readonly n: number
  readonly estimate: number
  readonly lower: number | null
  readonly upper: number | null
}

export interface SeriesChange {
  /** Index of the first point behind it. */
  readonly at: number
  readonly p: number
  /** Medians of the parts on both sides, up to the next change. */
  readonly before: number
  readonly after: number
  /** Whether the machine changed there too: CPU model, cores or Node. */
  readonly machineChanged: boolean
}

/** A scenario's and metric's course at one level against one release. */
export interface HistorySeries {
  readonly file: string
  readonly base: HistoryEntry['base']
  readonly level: string
  readonly scenario: string
  readonly metric: GateMetric
  /** Oldest first. */
  readonly points: readonly SeriesPoint[]
  readonly changes: readonly SeriesChange[]
}

/**
 * Under nine values no split can be rare enough for the test: of eight in two halves, one order in 35 is as clear as the
 * clearest.
 */
export const FEWEST_POINTS = 9

/** The series of a file, in the order in which they first appear in it. */
export function seriesOf({ file, entries }: HistoryFile): HistorySeries[] {
  const all = new Map<string, Omit<HistorySeries, 'changes' | 'points'> & { points: SeriesPoint[] }>()
  for (const { gate, startedAt, base, head, machine, level, figures } of entries) {
    for (const { scenario, metric, ...figure } of figures) {
      const key = JSON.stringify([level, scenario, metric])
      const series = all.get(key) ?? { file, base, level, scenario, metric, points: [] }
      all.set(key, series)
      series.points.push({ gate, startedAt, head, machine, ...figure })
    }
  }
  return [...all.values()].map((series) => ({ ...series, changes: changesOf(series.points) }))
}

function changesOf(points: readonly SeriesPoint[]): SeriesChange[] {
  const found = changePoints(points.map(({ estimate }) => estimate))
  const middle = (from: number, to: number) =>
    median(points.slice(from, to).map(({ estimate }) => estimate)) ?? Number.NaN
  return found.map(({ at, p }, index) => ({
    at,
    p,
    before: middle(found[index - 1]?.at ?? 0, at),
    after: middle(at, found[index + 1]?.at ?? points.length),
    machineChanged: JSON.stringify(points[at - 1]?.machine) !== JSON.stringify(points[at]?.machine),
  }))
}
