import type { LatencyPhase } from '../../src/model/run/outcome.js'
import type { Interval } from '../../src/model/run/sample.js'
import { createHistogram, encodeHistogram, record } from '../../src/stats/estimate/histogram.js'
import { openSummary } from '../../src/stats/validity/summarize-open.js'

/** What a made-up open-loop phase should show; everything else follows from it. */
export interface LatencySpec {
  profile?: LatencyPhase['profile']
  /** Arrivals per second. */
  rate?: number
  seconds?: number
  stages?: LatencyPhase['stages']
  /** p99 in µs, a value a second. */
  p99Us?: readonly (number | null)[]
  /** Changes to single seconds, by their number from 0. */
  intervals?: Readonly<Record<number, Partial<Interval>>>
  reading?: LatencyPhase['reading']
  validity?: LatencyPhase['validity']
  /** Of each request, from its sending to the answer. */
  serviceUs?: number
  unsent?: number
  peakConnections?: number
  /** Start and length of the machine's pauses, in µs. */
  pauses?: [number, number][]
  badStatus?: number
  timeline?: LatencyPhase['server']['timeline']
  rssPeakBytes?: number
}

/** 100 requests/s for 10 s, each answered in 2 ms, of which nothing bad can be said. */
export function latencyPhase(spec: LatencySpec = {}): LatencyPhase {
  const { profile = 'steady', rate = 100, seconds = 10, unsent = 0, badStatus = 0 } = spec
  const scheduled = rate * seconds
  const ok = scheduled - unsent - badStatus
  const histogram = createHistogram()
  record(histogram, 2_000, ok)
  const service = createHistogram()
  record(service, spec.serviceUs ?? 2_000, ok)
  const lag = createHistogram()
  record(lag, 100, scheduled - unsent)
  const sample: LatencyPhase['sample'] = {
    engine: 'open-loop',
    durationUs: seconds * 1e6,
    counts: {
      sent: scheduled - unsent,
      ok,
      badStatus,
      badBody: 0,
      timeout: 0,
      connectionError: 0,
      unfinished: 0,
    },
    statuses: { 200: ok, ...(badStatus > 0 ? { 500: badStatus } : {}) },
    errors: badStatus > 0 ? [{ what: 'status 500', count: badStatus }] : [],
    bytesReceived: 1,
    histogram: encodeHistogram(histogram),
    censored: 0,
    intervals: Array.from({ length: seconds }, (_, second) => ({
      atSeconds: second,
      seconds: 1,
      ok: rate,
      errors: 0,
      scheduled: rate,
      p50Us: 1_000,
      p99Us: spec.p99Us ? (spec.p99Us[second] ?? null) : 2_000,
      ...spec.intervals?.[second],
    })),
    steps: [],
    generator: { processes: 1, cpuShare: 0.3, loopDelayP99Us: 500 },
    open: {
      arrival: 'uniform',
      scheduled,
      unsent,
      maxConnections: 256,
      peakConnections: spec.peakConnections ?? 4,
      serviceHistogram: encodeHistogram(service),
      lagHistogram: encodeHistogram(lag),
      ownLagHistogram: encodeHistogram(lag),
      ...(spec.pauses ? { pauses: spec.pauses } : {}),
    },
  }
  return {
    profile,
    rate,
    share: 0.6,
    stages: spec.stages ?? [{ seconds, from: rate, to: rate }],
    sample,
    server: {
      usage: [{ name: 'web', role: 'web', processes: 1, cpuUs: 1e6, rssPeakBytes: spec.rssPeakBytes ?? 1e8 }],
      workers: null,
      stealShare: 0,
      busyShare: 0.4,
      observerCpuUs: 1_000,
      ...(spec.timeline ? { timeline: spec.timeline } : {}),
    },
    validity: spec.validity ?? { state: 'valid', evidence: [] },
    ...openSummary(sample),
    reading: spec.reading ?? null,
  }
}
