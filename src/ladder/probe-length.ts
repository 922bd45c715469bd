import type { Slo, SloMetric } from '../model/plan/slo.js'
import { isLatencyMetric } from '../model/plan/slo-grammar.js'

/** Requests that must lie beyond a percentile, on average, before it is judged. */
const BEYOND = 10

/** Without an error in 3/e requests, the error rate is below e with 95 % confidence (rule of three). */
const RULE_OF_THREE = 3

/** A probe never lasts longer than this, in seconds; what would need to is not searched. */
const MOST_SECONDS = 120

/** A probe that decides, near the edge or to confirm, is so many times as long. */
export const DECIDING_LENGTH = 4

const SHARE_BELOW: Partial<Record<SloMetric, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
}

/** Requests that a probe needs so that all objectives can be judged. */
export function requestsNeeded(slos: readonly Slo[]): number {
  return Math.max(
    1,
    ...slos.map(({ metric, limit }) => {
      const below = SHARE_BELOW[metric]
      if (below !== undefined) return Math.ceil(BEYOND / (1 - below) - 1e-9)
      const share = metric === 'errors' ? limit : metric === 'availability' ? 1 - limit : 0
      return share > 0 ? Math.ceil(RULE_OF_THREE / share - 1e-9) : 1
    }),
  )
}

/**
 * Seconds that a probe lasts: the least asked for; as many requests as its objectives need; and so long that at a rate
 * `resolution` above what the service can do, the queue has grown beyond the latency's limit: after t seconds it is
 * resolution × t long, of which percentile p sees p·t.
 */
export function probeSeconds(
  rate: number,
  slos: readonly Slo[],
  { least, resolution }: { readonly least: number; readonly resolution: number },
): number {
  const queues = slos.map(({ metric, limit }) =>
    isLatencyMetric(metric) ? limit / 1e6 / (resolution * (SHARE_BELOW[metric] ?? 1)) : 0,
  )
  return Math.min(MOST_SECONDS, Math.max(least, requestsNeeded(slos) / rate, ...queues))
}

/** The lowest rate at which a probe has its requests in time. */
export function lowestRate(slos: readonly Slo[]): number {
  return requestsNeeded(slos) / MOST_SECONDS
}
