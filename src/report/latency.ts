import type { Sample } from '../model/sample.js'
import { mergeHistograms, percentiles } from '../stats/histogram.js'
import { milliseconds } from './format.js'

/** Percentiles in µs. With `censored` above 0 the upper ones are lower bounds: such requests never ended. */
export interface LatencyFigures {
  readonly p50Us: number
  readonly p95Us: number
  readonly p99Us: number
  readonly maxUs: number
  readonly count: number
  readonly censored: number
}

/**
 * Percentiles of all samples' values together: histograms are added, percentiles are never averaged.
 * @throws Error when a histogram cannot be decoded
 */
export function mergedLatency(samples: readonly Sample[]): LatencyFigures | null {
  const { p50Us, p95Us, p99Us, maxUs, count } = percentiles(
    mergeHistograms(samples.map((sample) => sample.histogram)),
  )
  if (p50Us === null || p95Us === null || p99Us === null || maxUs === null) return null
  const censored = samples.reduce((sum, sample) => sum + sample.censored, 0)
  return { p50Us, p95Us, p99Us, maxUs, count, censored }
}

/** A percentile in ms, with `≥ ` where so many requests never ended that it may be higher; an en dash without samples. */
export function percentileText(latency: LatencyFigures | null, percentile: 50 | 95 | 99): string {
  if (latency === null) return milliseconds(null)
  const value = { 50: latency.p50Us, 95: latency.p95Us, 99: latency.p99Us }[percentile]
  const bound = latency.censored >= latency.count * (1 - percentile / 100) && latency.censored > 0
  return `${bound ? '≥ ' : ''}${milliseconds(value)}`
}
