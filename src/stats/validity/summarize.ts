import type { Summary } from '../../model/run/outcome.js'
import type { Counts, Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'
import { decodeHistogram, percentiles } from '../estimate/histogram.js'
import { tellable } from './enough.js'

/** The figures of a sample that people look at first; see the fields of `Summary` for what each one is. */
export function summarize(sample: Sample, server?: Pick<ServerTruth, 'usage' | 'elsewhere'>): Summary {
  const { count, p50Us, p95Us, p99Us, maxUs } = percentiles(decodeHistogram(sample.histogram))
  const { ok } = sample.counts
  const own = server?.elsewhere ? [] : (server?.usage.filter(({ role }) => role !== 'service') ?? [])
  const cpuUs = own.reduce((sum, { cpuUs }) => sum + cpuUs, 0)
  return {
    throughput: sample.durationUs > 0 ? ok / (answeredUs(sample) / 1e6) : 0,
    ...tellable({ p50Us, p95Us, p99Us, maxUs }, count),
    errorRate: errorRate(sample.counts),
    cpuPerRequestUs: own.length > 0 && ok > 0 ? cpuUs / ok : null,
    rssPeakBytes: own.length > 0 ? own.reduce((sum, { rssPeakBytes }) => sum + rssPeakBytes, 0) : null,
  }
}

/**
 * Time in µs in which the good answers came: up to the last of them, where the rest is too short for another. With the rest
 * in it, four answers that take a second each would be 1/s in 4 s and 0.8/s in 4.9 s, and 32 users who are answered
 * together once a second likewise. A rest longer than answers take belongs to it: the service stood still.
 */
function answeredUs({ durationUs, lastOkUs, intervals }: Sample): number {
  if (lastOkUs === undefined || lastOkUs <= 0) return durationUs
  const slowest = Math.max(...intervals.map(({ p99Us }) => p99Us ?? 0))
  return durationUs - lastOkUs <= slowest ? Math.min(durationUs, lastOkUs) : durationUs
}

/** Everything but `ok` and `unfinished`, ÷ everything but `unfinished`; 0 where nothing was finished. What was never sent counts as an error. */
export function errorRate({ ok, badStatus, badBody, timeout, connectionError }: Counts, unsent = 0): number {
  const errors = badStatus + badBody + timeout + connectionError + unsent
  return ok + errors > 0 ? errors / (ok + errors) : 0
}
