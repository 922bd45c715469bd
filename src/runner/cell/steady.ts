/** Warm-up goes on until throughput is steady, but no longer than this many times its minimum. */
export const WARM_UP_LIMIT = 3

/** So many seconds are compared with as many before, and may differ by this share. */
const STEADY = { span: 2, drift: 0.1 }

/** Seconds of history without which there is no telling. */
export const SECONDS_TO_TELL = 2 * STEADY.span

/**
 * Whether throughput has stopped drifting: the mean of the last seconds lies close to the mean of as many before, by the
 * given share or by what the chance of so few answers explains (a Poisson count's standard deviation). Without enough
 * history the answer is no.
 * @param perSecond answers per second, oldest first
 */
export function isSteady(perSecond: readonly number[], { span, drift } = STEADY): boolean {
  if (perSecond.length < 2 * span) return false
  const sum = (rates: readonly number[]) => rates.reduce((total, rate) => total + rate, 0)
  const before = sum(perSecond.slice(-2 * span, -span))
  const last = sum(perSecond.slice(-span))
  return before > 0 && Math.abs(last - before) <= Math.max(drift * before, Math.sqrt(before + last))
}
