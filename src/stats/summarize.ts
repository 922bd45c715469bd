import type { Summary } from '../model/outcome.js'
import type { Counts, Sample } from '../model/sample.js'
import type { ServerTruth } from '../model/server-truth.js'
import { tellable } from './enough.js'
import { decodeHistogram, percentiles } from './histogram.js'

/** The figures of a sample that people look at first; see the fields of `Summary` for what each one is. */
export function summarize(sample: Sample, server?: Pick<ServerTruth, 'usage' | 'elsewhere'>): Summary {
  const { count, p50Us, p95Us, p99Us, maxUs } = percentiles(decodeHistogram(sample.histogram))
  const { ok } = sample.counts
  const own = server?.elsewhere ? [] : (server?.usage.filter(({ role }) => role !== 'service') ?? [])
  const cpuUs = own.reduce((sum, { cpuUs }) => sum + cpuUs, 0)
  return {
    throughput: sample.durationUs > 0 ? ok / (sample.durationUs / 1e6) : 0,
    ...tellable({ p50Us, p95Us, p99Us, maxUs }, count),
    errorRate: errorRate(sample.counts),
    cpuPerRequestUs: own.length > 0 && ok > 0 ? cpuUs / ok : null,
    rssPeakBytes: own.length > 0 ? own.reduce((sum, { rssPeakBytes }) => sum + rssPeakBytes, 0) : null,
  }
}

/** Everything but `ok` and `unfinished`, ÷ everything but `unfinished`; 0 where nothing was finished. */
export function errorRate({ ok, badStatus, badBody, timeout, connectionError }: Counts): number {
  const errors = badStatus + badBody + timeout + connectionError
  return ok + errors > 0 ? errors / (ok + errors) : 0
}
