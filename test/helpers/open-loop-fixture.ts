import type { LatencyPhase, Validity } from '../../src/model/run/outcome.js'
import type { ServerTruth } from '../../src/model/run/server-truth.js'
import type { Timeline } from '../../src/model/run/timeline.js'
import { createHistogram, encodeHistogram, record } from '../../src/stats/estimate/histogram.js'

type FailureKind = 'badStatus' | 'badBody' | 'timeout' | 'connectionError'

/** What a made-up open-loop phase should show; everything else follows from it. */
export interface LatencySpec {
  profile?: LatencyPhase['profile']
  /** Arrivals per second; without it, `share` of the cell's throughput. */
  rate?: number
  share?: number | null
  /** Latencies in µs, spread evenly over the answers. */
  latenciesUs: readonly number[]
  errors?: Partial<Record<FailureKind, number>>
  unsent?: number
  maxConnections?: number
  validity?: Validity
  reading?: LatencyPhase['reading']
}

/** An open-loop phase whose counts add up: scheduled = answered + failed + unsent, and a latency for each. */
export function makeLatencyPhase(
  spec: LatencySpec,
  throughput: number,
  seconds: number,
  server: ServerTruth,
): LatencyPhase {
  const share = spec.rate === undefined ? (spec.share ?? 0.6) : null
  const rate = spec.rate ?? throughput * (share ?? 1)
  const scheduled = Math.round(rate * seconds)
  const errors = { badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, ...spec.errors }
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0)
  const unsent = spec.unsent ?? 0
  const ok = scheduled - failed - unsent
  const histograms = histogramsOf(spec.latenciesUs, ok)
  const values = histograms.latency
  const at = (percentile: number) =>
    values.totalCount === 0 ? null : values.getValueAtPercentile(percentile)
  const latency = {
    p50Us: at(50),
    p90Us: at(90),
    p95Us: at(95),
    p99Us: at(99),
    p999Us: at(99.9),
    maxUs: at(100),
  }
  return {
    profile: spec.profile ?? 'steady',
    rate,
    share,
    stages: [{ seconds, from: rate, to: rate }],
    sample: {
      engine: 'open-loop',
      durationUs: seconds * 1_000_000,
      counts: { sent: scheduled - unsent, ok, ...errors, unfinished: 0 },
      statuses: { '200': ok },
      errors: Object.entries(errors).flatMap(([what, count]) => (count > 0 ? [{ what, count }] : [])),
      bytesReceived: ok * 180,
      histogram: encodeHistogram(values),
      censored: errors.timeout + unsent,
      intervals: Array.from({ length: seconds }, (_, second) => ({
        atSeconds: second,
        seconds: 1,
        ok: Math.round(ok / seconds),
        errors: 0,
        scheduled: Math.round(rate),
        p50Us: latency.p50Us,
        p99Us: latency.p99Us,
      })),
      steps: [],
      generator: { processes: 1, cpuShare: 0.41, loopDelayP99Us: 700 },
      open: {
        arrival: 'uniform',
        scheduled,
        unsent,
        maxConnections: spec.maxConnections ?? 1_000,
        peakConnections: 37,
        serviceHistogram: encodeHistogram(histograms.service),
        lagHistogram: encodeHistogram(histograms.lag),
        ownLagHistogram: encodeHistogram(histograms.lag),
      },
    },
    server,
    validity: spec.validity ?? { state: 'valid', evidence: [] },
    latency,
    service: latency,
    lagP99Us: ok === 0 ? null : 90,
    ownLagP99Us: ok === 0 ? null : 40,
    errorRate: scheduled === 0 ? 0 : (failed + unsent) / scheduled,
    reading: spec.reading ?? null,
  }
}

/** As many values as there are answers; of each, 50 µs are send lag and the rest service time. */
function histogramsOf(latenciesUs: readonly number[], answers: number) {
  const [latency, service, lag] = [createHistogram(), createHistogram(), createHistogram()]
  latenciesUs.forEach((value, index) => {
    const before = Math.floor((index * answers) / latenciesUs.length)
    const count = Math.floor(((index + 1) * answers) / latenciesUs.length) - before
    record(latency, value, count)
    record(service, value - 50, count)
    record(lag, 50, count)
  })
  return { latency, service, lag }
}

/** What a Node service with a database shows over time, one sample a second; a gap in its memory. */
export function makeTimeline(seconds: number): Timeline {
  const atSeconds = Array.from({ length: seconds }, (_, second) => second + 0.5)
  const series = (
    of: string,
    what: Timeline['series'][number]['what'],
    value: (second: number) => number,
  ) => ({
    of,
    what,
    values: atSeconds.map((_, second): number | null => value(second)),
  })
  const memory = series('app', 'rss', (second) => 96_000_000 + second * 250_000)
  memory.values[Math.min(4, seconds - 1)] = null
  return {
    atSeconds,
    series: [
      series('app', 'cpu', (second) => 0.8 + 0.05 * (second % 3)),
      series('app/4242', 'cpu', () => 0.4),
      series('postgres', 'cpu', (second) => 0.3 + 0.02 * (second % 4)),
      memory,
      series('worker 4242', 'loop-delay-p99', (second) => 1_800 + 200 * (second % 5)),
      series('app', 'db-pool-used', (second) => 6 + (second % 4)),
      series('app', 'db-pool-waiting', () => 0),
      series('machine', 'busy', () => 0.7),
      series('machine', 'steal', () => 0.003),
    ],
  }
}
