import { logGamma } from './special-functions.js'

/** What is assumed of noise, on its side of larger values. */
export interface Tail {
  /** Where the tail begins, as a distance from the true value. */
  readonly from: number
  /** The chance that a value lies beyond it, at most. */
  readonly chance: number
}

/**
 * p-value of "none of these values has a true value above `centre`", by how far beyond the tail of the noise they lie
 * and how closely they agree. Large effects show in fewer values than ranks need, of which n are never rarer than 2⁻ⁿ.
 * It assumes that values are independent, that each lies in the tail with at most the given chance, and that the noise's
 * density falls within the tail. Nothing else: they need not be alike, nor symmetric.
 *
 * Why: with q the tail's chance, a density that falls is at most q ÷ x at x beyond the tail's begin. In logarithms of x
 * that is a flat measure of density q a value. So a set of n logarithms that depends on their differences only has at
 * most qⁿ times its volume, cut where one of them is fixed. The set is the ball of all whose logarithms have at most the
 * observed sum of squares S² about their mean: p ≤ qⁿ · √n · Vₙ₋₁ · Sⁿ⁻¹, with V the volume of the unit ball.
 * @returns 1 where a value does not lie beyond the tail's begin, or there are fewer than two
 */
export function agreementP(values: readonly number[], centre: number, tail: Tail): number {
  const n = values.length
  const beyond = values.map((value) => value - centre - tail.from)
  if (n < 2 || beyond.some((distance) => distance <= 0)) return 1
  const logs = beyond.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / n
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0)
  const half = (n - 1) / 2
  const logUnitBall = half * Math.log(Math.PI) - logGamma(half + 1)
  return Math.min(
    1,
    Math.exp(n * Math.log(tail.chance) + Math.log(n) / 2 + logUnitBall + half * Math.log(squares)),
  )
}

const STEPS = 60

/**
 * A lower bound of the values' centre at confidence 1 − `level`: the largest centre that `agreementP` rejects. Null where
 * it does not even reject `lowest`.
 */
export function agreementBound(
  values: readonly number[],
  level: number,
  lowest: number,
  tail: Tail,
): number | null {
  if (agreementP(values, lowest, tail) > level) return null
  // The logarithms spread the more, the closer the tail's begin comes to the lowest value.
  let [low, high] = [lowest, Math.min(...values) - tail.from]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (agreementP(values, middle, tail) <= level) low = middle
    else high = middle
  }
  return low
}
