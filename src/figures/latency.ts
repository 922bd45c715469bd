import type { Sample } from '../model/run/sample.js'
import { type Histogram, mergeHistograms, percentiles } from '../stats/estimate/histogram.js'
import { tellable, VALUES_BEYOND } from '../stats/validity/enough.js'
import * as format from '../words/format.js'

/**
 * Percentiles in µs; null where too few values lie beyond one (see `valuesNeeded`). With `censored` above 0 the upper ones
 * are lower bounds: such requests never ended.
 */
export interface LatencyFigures {
  readonly p50Us: number | null
  readonly p90Us: number | null
  readonly p95Us: number | null
  readonly p99Us: number | null
  readonly p999Us: number | null
  readonly maxUs: number
  readonly count: number
  readonly censored: number
}

export type Percentile = 50 | 90 | 95 | 99 | 99.9 | 100

/**
 * Percentiles of the values of all histograms together: these are added, percentiles are never averaged.
 * @param censored how many of the values are lower bounds
 * @throws Error when a histogram cannot be decoded
 */
export function mergedFigures(histograms: readonly string[], censored: number): LatencyFigures | null {
  return figuresOf(mergeHistograms(histograms), censored)
}

function figuresOf(histogram: Histogram, censored: number): LatencyFigures | null {
  const { count, maxUs, ...times } = percentiles(histogram)
  return maxUs === null ? null : { ...tellable(times, count), maxUs, count, censored }
}

/** Points of a curve for each further nine. */
const POINTS_A_NINE = 8

/**
 * Of what the samples' own histograms hold: latency of an open loop, service time at full load of a closed one. With the
 * curve by percentile: 1 ÷ (1 − percentile) and µs, from the lowest value to the highest percentile that enough values lie
 * beyond; what never ended has none.
 * @throws Error when a histogram cannot be decoded
 */
export function mergedSamples(samples: readonly Sample[]): {
  readonly figures: LatencyFigures | null
  readonly curve: [nines: number, us: number][]
} {
  const histogram = mergeHistograms(samples.map((sample) => sample.histogram))
  const censored = samples.reduce((sum, sample) => sum + sample.censored, 0)
  return { figures: figuresOf(histogram, censored), curve: curveOf(histogram, censored) }
}

function curveOf(histogram: Histogram, censored: number): [nines: number, us: number][] {
  const { totalCount } = histogram
  const last = totalCount / Math.max(censored, VALUES_BEYOND)
  if (totalCount === 0 || last < 1) return []
  const steps = Math.floor(Math.log10(last) * POINTS_A_NINE + 1e-9)
  const places = Array.from({ length: steps + 1 }, (_, step) => 10 ** (step / POINTS_A_NINE))
  if ((places.at(-1) ?? 0) < last * 0.999) places.push(last)
  return places.map((nines) => [nines, histogram.getValueAtPercentile(100 - 100 / nines)])
}

/**
 * A percentile in ms, with `≥ ` where so many requests never ended that it may be higher; an en dash without samples, or
 * with too few for it.
 */
export function percentileText(latency: LatencyFigures | null, percentile: Percentile): string {
  if (latency === null) return format.latency(null)
  const value = {
    50: latency.p50Us,
    90: latency.p90Us,
    95: latency.p95Us,
    99: latency.p99Us,
    99.9: latency.p999Us,
    100: latency.maxUs,
  }[percentile]
  if (value === null) return format.latency(null)
  return `${isBound(latency, percentile) ? '≥ ' : ''}${format.latency(value)}`
}

/** Whether so many requests had no answer that a percentile may be higher. */
export function isBound({ censored, count }: LatencyFigures, percentile: number): boolean {
  return censored > 0 && censored >= count * (1 - percentile / 100)
}

/** `20,950 requests`. */
export function requestsText({ count }: Pick<LatencyFigures, 'count'>): string {
  return format.plural(count, 'request')
}

/** `max 264 ms (17 requests)`: what stands for a percentile that so few do not tell. */
export function maxWords(latency: LatencyFigures): string {
  return `max ${percentileText(latency, 100)} ms (${requestsText(latency)})`
}

/** `p99 38.0 ms`, or what stands for it. */
export function tailWords(latency: LatencyFigures): string {
  return latency.p99Us === null ? maxWords(latency) : `p99 ${percentileText(latency, 99)} ms`
}
