import type { Slo, SloMetric, SloResult } from '../../model/plan/slo.js'
import type { AppliedSlo } from '../../model/plan/slo-rules.js'
import type { LatencyPhase, Summary, Validity } from '../../model/run/outcome.js'
import type { OpenFacts, Sample } from '../../model/run/sample.js'
import { timedRequests, valuesNeeded } from './enough.js'

/** The closed loop's part of a cell. */
export interface CapacityPhase {
  readonly sample: Sample
  readonly summary: Summary
  readonly validity: Validity
}

/** The open loop's part of a cell, or of several repeats together. */
export interface OpenPhase extends Pick<LatencyPhase, 'latency' | 'validity' | 'errorRate'> {
  readonly sample: Pick<Sample, 'counts' | 'censored' | 'statuses'> & {
    readonly open?: Pick<OpenFacts, 'unsent'> | undefined
  }
}

/**
 * What became of each objective. Latencies are those of the open loop only; errors and availability are the open
 * loop's where there is one, else the closed loop's; throughput is the closed loop's. A phase that is not valid gives
 * no data, nor does a percentile of too few requests; a rule without data is neither met nor missed.
 * @param capacity null where there was no closed loop
 */
export function evaluateSlos(
  slos: readonly AppliedSlo[],
  capacity: CapacityPhase | null,
  latency: OpenPhase | null,
): SloResult[] {
  return slos.map((slo) => {
    const { rule, metric, limit, stated } = slo
    const actual = actualOf(metric, capacity, latency)
    const state = actual === null ? 'no-data' : holds(slo, actual) ? 'met' : 'missed'
    return { rule, metric, actual, limit, state, stated }
  })
}

/** As `evaluateSlos` where the latency that was wanted could not be measured: what it decides has no data. */
export function slosWithoutLatency(slos: readonly AppliedSlo[], capacity: CapacityPhase): SloResult[] {
  return slos.flatMap((slo) => evaluateSlos([slo], slo.metric === 'throughput' ? capacity : null, null))
}

/** Whether a result says that the run missed what somebody asked of it. */
export function isMissed({ state, stated }: Pick<SloResult, 'state' | 'stated'>): boolean {
  return stated && state === 'missed'
}

/** Whether a result leaves open what somebody asked. */
export function isOpen({ state, stated }: Pick<SloResult, 'state' | 'stated'>): boolean {
  return stated && state === 'no-data'
}

function holds({ comparison, limit }: Slo, actual: number): boolean {
  switch (comparison) {
    case '<':
      return actual < limit
    case '<=':
      return actual <= limit
    case '>':
      return actual > limit
    case '>=':
      return actual >= limit
  }
}

/** Where each percentile stands among the latencies of a phase. */
export const LATENCY_OF = {
  p50: 'p50Us',
  p90: 'p90Us',
  p95: 'p95Us',
  p99: 'p99Us',
  'p99.9': 'p999Us',
  max: 'maxUs',
} as const satisfies Partial<Record<SloMetric, keyof LatencyPhase['latency']>>

type LatencyMetric = keyof typeof LATENCY_OF

function isLatency(metric: SloMetric): metric is LatencyMetric {
  return Object.hasOwn(LATENCY_OF, metric)
}

/** How many requests an objective's percentile rests on in a phase, and how many it takes; null where it is about none. */
export function requestsFor(
  metric: SloMetric,
  { sample }: { readonly sample: Pick<Sample, 'counts' | 'censored'> },
): { readonly count: number; readonly needed: number } | null {
  if (!isLatency(metric)) return null
  const percentile = metric === 'max' ? 100 : Number(metric.slice(1))
  return { count: timedRequests(sample), needed: valuesNeeded(percentile) }
}

function actualOf(
  metric: SloMetric,
  capacity: CapacityPhase | null,
  latency: OpenPhase | null,
): number | null {
  if (metric === 'throughput') return capacity && isSound(capacity) ? capacity.summary.throughput : null
  if (metric === 'errors' || metric === 'availability') {
    const phase = latency ?? capacity
    if (!phase || !isSound(phase)) return null
    if (metric === 'availability') return availability(phase.sample)
    return 'summary' in phase ? phase.summary.errorRate : phase.errorRate
  }
  if (!latency || !isSound(latency)) return null
  const { count, needed } = requestsFor(metric, latency) ?? { count: 0, needed: 0 }
  return count < needed ? null : latency.latency[LATENCY_OF[metric]]
}

function isSound({ validity }: { readonly validity: Validity }): boolean {
  return validity.state === 'valid'
}

/**
 * Share of the requests that the service was there for: everything but `unfinished`, less time-outs, failed
 * connections, answers of 5xx and what could not be sent for want of a connection. A wrong answer of 4xx, or a wrong
 * body, is an error but no want of availability. Null where nothing was finished.
 */
export function availability({ counts, statuses, open }: OpenPhase['sample']): number | null {
  const unsent = open?.unsent ?? 0
  const finished = counts.sent - counts.unfinished + unsent
  if (finished <= 0) return null
  const of5xx = Object.entries(statuses)
    .filter(([status]) => status.startsWith('5'))
    .reduce((sum, [, count]) => sum + count, 0)
  // A scenario may expect a 5xx; then it is among the ok ones.
  const refused = Math.min(of5xx, counts.badStatus)
  return 1 - (counts.timeout + counts.connectionError + refused + unsent) / finished
}
