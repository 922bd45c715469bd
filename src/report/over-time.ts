import type { Interval } from '../model/sample.js'

/** Throughput and errors of a stretch of a measurement; `atSeconds` is its middle, rates are per second. */
export interface TimePoint {
  readonly atSeconds: number
  readonly throughput: number
  readonly errors: number
}

/** At most `limit` points: neighbours are put together by their counts, so that no request is lost. */
export function overTime(intervals: readonly Interval[], limit = 120): TimePoint[] {
  const size = Math.max(1, Math.ceil(intervals.length / limit))
  const points: TimePoint[] = []
  for (let start = 0; start < intervals.length; start += size) {
    const slice = intervals.slice(start, start + size)
    const seconds = slice.reduce((sum, interval) => sum + interval.seconds, 0)
    const ok = slice.reduce((sum, interval) => sum + interval.ok, 0)
    const errors = slice.reduce((sum, interval) => sum + interval.errors, 0)
    points.push({
      atSeconds: (slice[0]?.atSeconds ?? 0) + seconds / 2,
      throughput: ok / seconds,
      errors: errors / seconds,
    })
  }
  return points
}
