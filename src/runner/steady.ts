/** Two seconds in turn may differ by this share before the load still counts as warming up. */
const DRIFT = 0.1

/** Warm-up goes on until throughput is steady, but no longer than this many times its minimum. */
export const WARM_UP_LIMIT = 3

/** Seconds of history without which there is no telling. */
export const SECONDS_TO_TELL = 4

/**
 * Whether throughput has stopped drifting: the mean of the last two seconds lies within 10 % of the mean of the two
 * before. Without enough history the answer is no.
 * @param perSecond answers per second, oldest first
 */
export function isSteady(perSecond: readonly number[]): boolean {
  const [a, b, c, d] = perSecond.slice(-4)
  if (a === undefined || b === undefined || c === undefined || d === undefined) return false
  const before = a + b
  return before > 0 && Math.abs(c + d - before) <= DRIFT * before
}
