import type { LatencyPhase, Percentiles } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import { decodeHistogram, percentiles } from '../estimate/histogram.js'
import { tellable } from './enough.js'
import { errorRate } from './summarize.js'

export type OpenSummary = Pick<LatencyPhase, 'latency' | 'service' | 'lagP99Us' | 'ownLagP99Us' | 'errorRate'>

/**
 * The figures of an open-loop sample that people look at first; see the fields of `LatencyPhase`.
 * @throws Error when the sample is not an open loop's
 */
export function openSummary(sample: Sample): OpenSummary {
  const { counts, open } = sample
  if (!open) throw new Error(`a sample of ${sample.engine} has no open-loop facts`)
  return {
    latency: percentilesOf(sample.histogram),
    service: percentilesOf(open.serviceHistogram),
    lagP99Us: percentiles(decodeHistogram(open.lagHistogram)).p99Us,
    ownLagP99Us: percentiles(decodeHistogram(open.ownLagHistogram)).p99Us,
    errorRate: errorRate(counts, open.unsent),
  }
}

function percentilesOf(encoded: string): Percentiles {
  const { count, ...times } = percentiles(decodeHistogram(encoded))
  return tellable(times, count)
}
