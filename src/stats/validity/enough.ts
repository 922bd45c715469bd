import type { Percentiles } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'

/** Values beyond a percentile that it takes: with fewer, one hiccup decides, and it is the maximum by another name. */
export const VALUES_BEYOND = 5

/** Values that a percentile takes; of the maximum (100), one. */
export function valuesNeeded(percentile: number): number {
  return percentile >= 100 ? 1 : Math.ceil(VALUES_BEYOND / (1 - percentile / 100) - 1e-6)
}

export function isEnough(count: number, percentile: number): boolean {
  return count >= valuesNeeded(percentile)
}

/** How many values the histogram of a sample holds. */
export function timedRequests({ counts, censored }: Pick<Sample, 'counts' | 'censored'>): number {
  return counts.ok + censored
}

const PERCENTILE_OF: Readonly<Record<keyof Percentiles, number>> = {
  p50Us: 50,
  p90Us: 90,
  p95Us: 95,
  p99Us: 99,
  p999Us: 99.9,
  maxUs: 100,
}

/** The times without the percentiles that so few values do not tell. */
export function tellable<Times extends Partial<Percentiles>>(times: Times, count: number): Times {
  return Object.fromEntries(
    Object.entries(times).map(([name, us]) => [
      name,
      isEnough(count, PERCENTILE_OF[name as keyof Percentiles]) ? us : null,
    ]),
  ) as Times
}
