import { doubledRanks } from './signed-rank.js'
import { normalCdf, regularizedBeta } from './special-functions.js'

/** Up to so many values in both samples together the exact distribution is counted, as benchstat does; fewer with ties. */
const EXACT_LIMIT = 50
const EXACT_LIMIT_TIES = 25

export interface MannWhitneyTest {
  /** U of the first sample: pairs in which its value is the larger; ties count ½. */
  readonly u: number
  /** Two-sided p-value. */
  readonly p: number
}

/**
 * Mann–Whitney U test, two-sided, as benchstat applies it: exact for small samples (with ties: of exactly those ranks),
 * otherwise by the normal approximation with corrections for ties and continuity (Hollander, Wolfe and Chicken, 4.1).
 * Null where either sample is empty or all values are equal.
 */
export function mannWhitney(one: readonly number[], other: readonly number[]): MannWhitneyTest | null {
  const [n, m] = [one.length, other.length]
  const ranks = doubledRanks([...one, ...other])
  const distinct = new Set(ranks).size
  if (n === 0 || m === 0 || distinct === 1) return null
  const doubledSum = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0)
  const u = doubledSum / 2 - (n * (n + 1)) / 2
  const limit = distinct < n + m ? EXACT_LIMIT_TIES : EXACT_LIMIT
  return { u, p: n + m <= limit ? exactP(ranks, n, doubledSum) : normalP(ranks, n, m, u) }
}

/** Twice the smaller tail of the rank sum over all choices of n of the ranks. */
function exactP(ranks: readonly number[], n: number, observed: number): number {
  const highest = ranks.reduce((sum, rank) => sum + rank, 0)
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(highest + 1))
  const first = ways[0]
  if (first) first[0] = 1
  for (const [index, rank] of ranks.entries()) {
    for (let size = Math.min(n, index + 1); size > 0; size--) {
      const into = ways[size]
      const from = ways[size - 1]
      if (into && from) for (let s = highest; s >= rank; s--) into[s] = (into[s] ?? 0) + (from[s - rank] ?? 0)
    }
  }
  const counts = ways[n] ?? new Float64Array()
  const sum = (part: Float64Array) => part.reduce((total, count) => total + count, 0)
  const smaller = Math.min(sum(counts.subarray(0, observed + 1)), sum(counts.subarray(observed)))
  return Math.min(1, (2 * smaller) / sum(counts))
}

function normalP(ranks: readonly number[], n: number, m: number, u: number): number {
  const sizes = new Map<number, number>()
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1)
  const ties = [...sizes.values()].reduce((sum, t) => sum + t ** 3 - t, 0)
  const total = n + m
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))))
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5)
  return Math.min(1, 2 * normalCdf(-distance / deviation))
}

/** Mean, variance (divided by n − 1) and size of a sample. */
export interface Moments {
  readonly mean: number
  readonly variance: number
  readonly n: number
}

export interface WelchTest {
  readonly t: number
  readonly degreesOfFreedom: number
  /** Two-sided p-value. */
  readonly p: number
}

/**
 * Welch's t-test of two means, two-sided, with the degrees of freedom of Welch and Satterthwaite. Null under two values
 * a sample, or where neither varies.
 */
export function welch(one: Moments, other: Moments): WelchTest | null {
  const [a, b] = [one.variance / one.n, other.variance / other.n]
  if (one.n < 2 || other.n < 2 || a + b === 0) return null
  const t = (one.mean - other.mean) / Math.sqrt(a + b)
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (one.n - 1) + b ** 2 / (other.n - 1))
  const p = regularizedBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
  return { t, degreesOfFreedom, p }
}
