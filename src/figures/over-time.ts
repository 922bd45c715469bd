import type { Interval } from '../model/run/sample.js'

/** A stretch of a measurement; `atSeconds` is its middle, rates are per second. */
export interface TimePoint {
  readonly atSeconds: number
  readonly throughput: number
  readonly errors: number
  /** Open loop only: what the schedule had. */
  readonly scheduled: number | null
  /** The highest of the stretch's seconds: percentiles are not averaged. */
  readonly p50Us: number | null
  readonly p99Us: number | null
}

/** At most `limit` points: neighbours are put together by their counts, so that no request is lost. */
export function overTime(intervals: readonly Interval[], limit = 120): TimePoint[] {
  const size = Math.max(1, Math.ceil(intervals.length / limit))
  const points: TimePoint[] = []
  for (let start = 0; start < intervals.length; start += size) {
    const slice = intervals.slice(start, start + size)
    const seconds = slice.reduce((sum, interval) => sum + interval.seconds, 0)
    const rate = (count: (interval: Interval) => number) =>
      slice.reduce((sum, interval) => sum + count(interval), 0) / seconds
    points.push({
      atSeconds: (slice[0]?.atSeconds ?? 0) + seconds / 2,
      throughput: rate((interval) => interval.ok),
      errors: rate((interval) => interval.errors),
      scheduled: slice.every((interval) => interval.scheduled !== undefined)
        ? rate((interval) => interval.scheduled ?? 0)
        : null,
      p50Us: highestOf(slice.map((interval) => interval.p50Us)),
      p99Us: highestOf(slice.map((interval) => interval.p99Us)),
    })
  }
  return points
}

function highestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}
