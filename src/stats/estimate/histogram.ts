import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js'
import type { Percentiles } from '../../model/run/outcome.js'

export type { Histogram } from 'hdr-histogram-js'

/** Highest value a histogram tells apart, in µs: an hour. What is longer is recorded as an hour. */
export const HIGHEST_US = 3_600_000_000

/** An empty HDR histogram of µs, 1 µs to one hour, 3 significant digits (values are off by at most 0.1 %). */
export function createHistogram(): Histogram {
  // One fixed size for all: adding two of them is then a plain sum of counts, and recording never reallocates.
  return build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  })
}

/** Records a time in µs, rounded to a whole one; below 0 counts as 0, above an hour as an hour. */
export function record(histogram: Histogram, us: number, count = 1): void {
  const value = us < HIGHEST_US ? Math.max(0, Math.round(us)) : HIGHEST_US
  if (count === 1) histogram.recordValue(value)
  else if (count > 1) histogram.recordValueWithCount(value, count)
}

/** HDR V2 compressed, base64; the empty string for an empty histogram. */
export function encodeHistogram(histogram: Histogram): string {
  return histogram.totalCount === 0 ? '' : encodeIntoCompressedBase64(histogram)
}

/** @throws Error when the text is not an HDR V2 histogram in base64. */
export function decodeHistogram(encoded: string): Histogram {
  const result = createHistogram()
  if (encoded === '') return result
  let decoded: Histogram
  try {
    decoded = decodeFromCompressedBase64(encoded)
  } catch (error) {
    throw new Error('not a histogram: expected HDR V2 compressed in base64', { cause: error })
  }
  result.add(decoded)
  return result
}

/** Sums histograms count by count; nothing is lost and no percentile is averaged. */
export function mergeHistograms(encoded: readonly string[]): Histogram {
  const sum = createHistogram()
  for (const one of encoded) if (one !== '') sum.add(decodeHistogram(one))
  return sum
}

/** Adds `from` to `into`, count by count. */
export function addHistogram(into: Histogram, from: Histogram): void {
  if (from.totalCount > 0) into.add(from)
}

/** Upper ends of the bins that hold the percentiles, so that encoding does not change them. */
export function percentiles(histogram: Histogram): Percentiles & { readonly count: number } {
  const count = histogram.totalCount
  const at = (percentile: number) => (count === 0 ? null : histogram.getValueAtPercentile(percentile))
  return {
    p50Us: at(50),
    p90Us: at(90),
    p95Us: at(95),
    p99Us: at(99),
    p999Us: at(99.9),
    maxUs: at(100),
    count,
  }
}
