import type { Slo, SloResult } from '../model/plan/slo.js'
import type { LatencyPhase } from '../model/run/outcome.js'
import type { ProbeResult } from '../model/studies/capacity.js'
import { decodeHistogram } from '../stats/estimate/histogram.js'
import { percentileInterval } from '../stats/estimate/intervals.js'
import { clopperPearson } from '../stats/estimate/proportions.js'
import { kindsText } from '../stats/validity/errors-text.js'
import { evaluateSlos, requestsFor } from '../stats/validity/slo.js'
import { crowdingOf } from '../stats/validity/validity-open.js'

export interface Judged extends Pick<ProbeResult, 'outcome' | 'distance' | 'timesLimit'> {
  readonly why: string[]
  readonly slo: SloResult[]
}

/** Within this share of its limit a latency may lie on either side the next time. */
const NEAR = 0.1

/** A latency or an error rate of so many times its limit misses it by far. */
const FAR = 2

const PERCENTILES: Partial<Record<Slo['metric'], number>> = {
  p50: 50,
  p90: 90,
  p95: 95,
  p99: 99,
  'p99.9': 99.9,
}

/**
 * Whether a service held its objectives at a rate. A probe that is not valid says nothing of it, with one exception: no
 * answer as expected is the service's failure. A service whose answers fall ever further behind does not hold, however
 * short a probe is.
 */
export function judgeProbe(phase: LatencyPhase, slos: readonly Slo[]): Judged {
  const { validity, sample, service } = phase
  if (validity.state === 'no-data' && sample.counts.sent > 0) {
    return { outcome: 'failed', distance: 'far', timesLimit: null, why: [...validity.evidence], slo: [] }
  }
  // Errors that begin in the middle are the service's answer to the rate; only the figures are not of one state.
  if (validity.state !== 'valid' && validity.state !== 'unsteady') {
    const why = validity.evidence.map((evidence) => `${validity.state}: ${evidence}`)
    return { outcome: 'invalid', distance: 'apart', timesLimit: null, why, slo: [] }
  }
  const slo = evaluateSlos(
    slos.map((one) => ({ ...one, stated: true })),
    null,
    { ...phase, validity: { state: 'valid', evidence: [] } },
  )
  const few = tooFew(phase, slo)
  if (few !== null) return { outcome: 'invalid', distance: 'apart', timesLimit: null, why: [few], slo }
  // Without data though enough was sent: too little was answered.
  const missed = slo.filter(({ state }) => state !== 'met')
  const crowding = crowdingOf(sample, service)
  const overload = crowding?.isOverload ? [crowding.text] : []
  return {
    outcome: missed.length > 0 || overload.length > 0 ? 'failed' : 'held',
    distance: overload.length > 0 ? 'far' : distanceOf(phase, slos, slo, missed.length > 0),
    timesLimit:
      overload.length > 0 ? null : Math.max(...slos.map((one, i) => timesLimit(one, slo[i]?.actual ?? null))),
    why: [
      ...missed.map((one) => `missed ${one.rule}${errorsBehind(one, sample)}`),
      ...overload,
      ...(validity.state === 'unsteady' ? validity.evidence : []),
    ],
    slo,
  }
}

/** What failed, where an objective on failures was missed. */
function errorsBehind({ metric }: SloResult, { errors }: LatencyPhase['sample']): string {
  const isOnErrors = metric === 'errors' || metric === 'availability'
  return isOnErrors && errors.length > 0 ? `: ${kindsText(errors).join(', ')}` : ''
}

/** A probe that did not send what a percentile takes says nothing of it. */
function tooFew(phase: LatencyPhase, results: readonly SloResult[]): string | null {
  const { sent, unfinished } = phase.sample.counts
  const scheduled = phase.sample.open?.scheduled ?? sent - unfinished
  for (const { metric, state, rule } of results) {
    const needed = state === 'no-data' ? (requestsFor(metric, phase)?.needed ?? 0) : 0
    if (scheduled < needed) return `${scheduled} requests are too few for ${rule}: it takes ${needed}`
  }
  return null
}

/** Near: held, but an objective lies near its limit; or failed, and all that were missed do. */
function distanceOf(
  phase: LatencyPhase,
  slos: readonly Slo[],
  results: readonly SloResult[],
  failed: boolean,
): ProbeResult['distance'] {
  const near = slos.map((slo, i) => isLimitNear(phase, slo, results[i]?.actual ?? null))
  if (!failed) return near.includes(true) ? 'near' : 'apart'
  if (results.every(({ state }, i) => state === 'met' || near[i] === true)) return 'near'
  const isFar = slos.some((slo, i) => !near[i] && timesLimit(slo, results[i]?.actual ?? null) >= FAR)
  return isFar ? 'far' : 'apart'
}

/** How many times its limit a latency or a share of failures is. */
function timesLimit({ metric, limit }: Slo, actual: number | null): number {
  if (actual === null) return FAR
  const [share, bound] = metric === 'availability' ? [1 - actual, 1 - limit] : [actual, limit]
  return share / bound
}

function isLimitNear({ sample }: LatencyPhase, { metric, limit }: Slo, actual: number | null): boolean {
  if (actual === null) return false
  const percentile = PERCENTILES[metric]
  if (percentile !== undefined) {
    const interval = percentileInterval(decodeHistogram(sample.histogram), percentile)
    const within = interval !== null && interval.low <= limit && limit <= interval.high
    return within || Math.abs(actual / limit - 1) <= NEAR
  }
  if (metric === 'max') return Math.abs(actual / limit - 1) <= NEAR
  const [share, bound] = metric === 'availability' ? [1 - actual, 1 - limit] : [actual, limit]
  const trials = sample.counts.sent - sample.counts.unfinished + (sample.open?.unsent ?? 0)
  const hits = Math.round(share * trials)
  // None at all is what the length of a probe is chosen for.
  if (hits === 0 || trials <= 0) return false
  const { low, high } = clopperPearson(Math.min(hits, trials), trials)
  return low <= bound && bound <= high
}
