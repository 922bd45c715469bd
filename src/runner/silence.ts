import type { Sample } from '../model/sample.js'

/** A service may be silent for this long at the end before it counts as gone, in seconds. */
const SILENCE_SECONDS = 1

/** Or for so many times its slowest second's 99th percentile, where that is longer. */
const SILENCE_P99 = 5

/**
 * When the service stopped giving good answers for the rest of the measurement: seconds since its start, or null when
 * it answered to the end. Such a sample holds two states of the service, and its mean tells of neither.
 */
export function stoppedAnsweringAt(sample: Sample): number | null {
  const last = sample.intervals.findLast((interval) => interval.ok > 0)
  if (!last) return sample.intervals.length > 0 ? 0 : null
  const silentFrom = last.atSeconds + last.seconds
  const silentFor = sample.durationUs / 1e6 - silentFrom
  const slowest = Math.max(...sample.intervals.map((interval) => interval.p99Us ?? 0)) / 1e6
  return silentFor >= Math.max(SILENCE_SECONDS, SILENCE_P99 * slowest) ? silentFrom : null
}
