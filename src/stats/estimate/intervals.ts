import type { Histogram } from './histogram.js'

/** Sorted copy, lowest first. */
function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of R and
 * NumPy). Null for no values.
 * @param q 0 to 1
 */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = ascending(values)
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, q))
  const low = sorted[Math.floor(position)]
  const high = sorted[Math.ceil(position)]
  if (low === undefined || high === undefined) return null
  return low + (high - low) * (position - Math.floor(position))
}

/** The middle value, or the mean of the two middle ones. Null for no values. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5)
}

/** Null for no values. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Largest less smallest, ÷ median: how far repeats lie apart. Null under two values or for a median of 0. */
export function relativeSpread(values: readonly number[]): number | null {
  const middle = median(values)
  if (values.length < 2 || !middle) return null
  return (Math.max(...values) - Math.min(...values)) / middle
}

export interface MedianInterval {
  readonly low: number
  readonly high: number
  /** What it truly covers: at least what was asked for, since only whole observations can be its ends. */
  readonly confidence: number
}

/**
 * Distribution-free confidence interval of the median from order statistics: [x(k), x(n−k+1)] for the largest k with
 * 2·P(Binomial(n, ½) ≤ k−1) ≤ 1 − confidence (Conover, Practical Nonparametric Statistics, 3.2). Null where there are
 * too few values for it: under 6 for 95 %.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): MedianInterval | null {
  const sorted = ascending(values)
  const n = sorted.length
  let outside = 0
  let k = 0
  let term = 0.5 ** n
  for (let below = 0; 2 * (outside + term) <= 1 - confidence && below < n / 2; below++) {
    outside += term
    term = (term * (n - below)) / (below + 1)
    k = below + 1
  }
  const low = sorted[k - 1]
  const high = sorted[n - k]
  if (low === undefined || high === undefined) return null
  return { low, high, confidence: 1 - 2 * outside }
}

export interface PercentileInterval {
  readonly low: number
  /** Infinite where there are too few values beyond the percentile for an upper end. */
  readonly high: number
}

/** Two-sided, of a normal distribution. */
const Z_99 = 2.5758

/**
 * Distribution-free 99 % confidence interval of a percentile from order statistics: [x(r), x(s)] with r = ⌊np − z√(np(1−p))⌋
 * and s = ⌈np + z√(np(1−p))⌉ + 1, the normal approximation of the binomial number of values below it (Conover, Practical
 * Nonparametric Statistics, 3.2), each a rank wider. It takes the values for independent. Null for no values.
 * @param percentile 0 to 100, both excluded
 */
export function percentileInterval(histogram: Histogram, percentile: number): PercentileInterval | null {
  const n = histogram.totalCount
  if (n === 0) return null
  const p = percentile / 100
  const reach = Z_99 * Math.sqrt(n * p * (1 - p))
  const at = (rank: number) => histogram.getValueAtPercentile((100 * rank) / n)
  const [r, s] = [Math.floor(n * p - reach), Math.ceil(n * p + reach) + 1]
  return { low: r < 1 ? 0 : at(r), high: s > n ? Number.POSITIVE_INFINITY : at(s) }
}
