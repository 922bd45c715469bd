import type { Interval, Sample } from '../../model/run/sample.js'

/** A service may be silent for this long at the end before it counts as gone, in seconds. */
const SILENCE_SECONDS = 1

/** Or for so many times its slowest second's 99th percentile, where that is longer. */
const SILENCE_P99 = 5

/** So many answers must be missing: a single bad one at the end is an error, and no silence. */
const SILENCE_ANSWERS = 5

/**
 * When the service stopped giving good answers for the rest of the measurement: seconds since its start, or null when
 * it answered to the end. Such a sample holds two states of the service, and its mean tells of neither. Judged by what was
 * due: in an open loop what the schedule has; in a closed one, answers at the rate of those before.
 */
export function silentFromSecond(sample: Sample): number | null {
  const { intervals, durationUs, open } = sample
  const last = intervals.findLastIndex(({ ok }) => ok > 0)
  const due = dueAfter(sample, last)
  const before = intervals[last]
  if (!before) return intervals.length > 0 && (open === undefined || due > 0) ? 0 : null
  const silentFrom = before.atSeconds + before.seconds
  const silentFor = durationUs / 1e6 - silentFrom
  const slowest = Math.max(...intervals.map(({ p99Us }) => p99Us ?? 0)) / 1e6
  const isSilent = silentFor >= Math.max(SILENCE_SECONDS, SILENCE_P99 * slowest) && due >= SILENCE_ANSWERS
  return isSilent ? silentFrom : null
}

/**
 * Whether a service that was silent from that second on was only slow: nothing failed in its silence, and once the load
 * was over it answered all that it had been sent.
 */
export function answeredLater({ intervals, leftBehind = 0 }: Sample, silentFrom: number): boolean {
  const failed = intervals.some(({ atSeconds, errors }) => atSeconds >= silentFrom && errors > 0)
  return !failed && leftBehind === 0
}

/** Answers that should have come after the interval at this place, or in all of them for −1. */
function dueAfter({ intervals, durationUs, open }: Sample, last: number): number {
  const sum = (some: readonly Interval[], of: (interval: Interval) => number) =>
    some.reduce((total, interval) => total + of(interval), 0)
  const silent = intervals.slice(last + 1)
  if (open) return sum(silent, ({ scheduled = 0 }) => scheduled)
  const until = intervals[last]
  if (!until) return Number.POSITIVE_INFINITY
  const passed = until.atSeconds + until.seconds
  return (sum(intervals, ({ ok }) => ok) / passed) * (durationUs / 1e6 - passed)
}
