import { signedRankCritical } from './signed-rank.js'

/** The n(n+1)/2 means (dᵢ + dⱼ)/2, i ≤ j, lowest first: the signed-rank test turned into an estimate. */
export function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2)
  let next = 0
  for (let i = 0; i < values.length; i++) {
    const one = values[i] ?? 0
    for (let j = i; j < values.length; j++) averages[next++] = (one + (values[j] ?? 0)) / 2
  }
  return averages.sort()
}

/** Hodges–Lehmann estimate of the centre: median of the Walsh averages. Null without any. */
export function hodgesLehmann(averages: Float64Array): number | null {
  const low = averages[Math.floor((averages.length - 1) / 2)]
  const high = averages[Math.ceil((averages.length - 1) / 2)]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/**
 * One-sided confidence bounds of the centre of n values, each at confidence 1 − level (Hollander, Wolfe and Chicken,
 * 3.3): with c the largest value where P(W⁺ ≤ c) ≤ level, the (c+1)th lowest and the (c+1)th highest Walsh average.
 * Null where 2⁻ⁿ > level: then no bound has that confidence. The lower bound is above τ just when the exact signed-rank
 * test rejects "at most τ"; Walsh averages equal to τ speak against it, so that ties make neither bound bolder.
 */
export function lowerBound(averages: Float64Array, n: number, level: number): number | null {
  return averages[signedRankCritical(n, level)] ?? null
}

/** The counterpart of `lowerBound`. */
export function upperBound(averages: Float64Array, n: number, level: number): number | null {
  const critical = signedRankCritical(n, level)
  return critical < 0 ? null : (averages[averages.length - 1 - critical] ?? null)
}
