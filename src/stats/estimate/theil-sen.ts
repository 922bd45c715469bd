import { median } from './intervals.js'

export interface Trend {
  /** Median of the slopes of all pairs, per unit of x. */
  readonly slope: number
  /** Ends of its confidence interval. */
  readonly low: number
  readonly high: number
}

/** 0.975 quantile of the standard normal distribution: a two-sided interval of 95 %. */
const Z_95 = 1.959963984540054

/**
 * Theil–Sen slope with Sen's confidence interval (P. K. Sen, "Estimates of the regression coefficient based on
 * Kendall's tau", JASA 63, 1968; as in Gilbert, "Statistical Methods for Environmental Pollution Monitoring", 1987,
 * 16.5): of the N slopes in order, those of rank (N − z·σ)/2 and (N + z·σ)/2 + 1, σ² being the variance of Kendall's S
 * with its correction for ties. Outliers among less than 29 % of the points leave it where it is. Null under three points
 * of different x.
 * @param z quantile of the standard normal distribution for the interval; that of 95 % unless told
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[], z = Z_95): Trend | null {
  if (new Set(points.map(([x]) => x)).size < 3) return null
  const slopes: number[] = []
  for (const [i, [x1, y1]] of points.entries()) {
    for (const [x2, y2] of points.slice(i + 1)) if (x1 !== x2) slopes.push((y2 - y1) / (x2 - x1))
  }
  slopes.sort((a, b) => a - b)
  const n = points.length
  const ties = tied(points.map(([x]) => x)) + tied(points.map(([, y]) => y))
  const reach = z * Math.sqrt(Math.max(0, n * (n - 1) * (2 * n + 5) - ties) / 18)
  const below = Math.max(0, Math.round((slopes.length - reach) / 2) - 1)
  const above = Math.min(slopes.length - 1, Math.round((slopes.length + reach) / 2))
  return { slope: median(slopes) ?? 0, low: slopes[below] ?? 0, high: slopes[above] ?? 0 }
}

/** Sum over groups of t equal values of t(t − 1)(2t + 5). */
function tied(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0)
}

/**
 * Medians of up to `most` stretches of equal numbers of points, in place of the points: neighbours in time resemble
 * each other, so that many of them say less than Sen's interval would believe.
 */
export function inStretches(
  points: readonly (readonly [x: number, y: number])[],
  most: number,
): (readonly [number, number])[] {
  const size = Math.max(1, Math.ceil(points.length / most))
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const stretch = points.slice(i * size, (i + 1) * size)
    return [median(stretch.map(([x]) => x)) ?? 0, median(stretch.map(([, y]) => y)) ?? 0]
  })
}
