import type { Slo } from '../model/plan/slo.js'
import type { LatencyPhase } from '../model/run/outcome.js'
import type { Run } from '../model/run/run.js'
import type { CapacityResult } from '../model/studies/capacity.js'
import { evaluateSlos, requestsFor } from '../stats/validity/slo.js'
import { plural } from '../words/format.js'
import type { Ask } from './ask.js'

/** What one measurement says of a level under the load that is asked for. */
export interface Finding {
  /** `unknown`: it does not decide. */
  readonly state: 'holds' | 'fails' | 'unknown'
  /** With the figures. */
  readonly reason: string
  /** What it can do beyond the rate asked for, as a share of it; null where that is not known. */
  readonly headroom: number | null
  /** The result that says so. */
  readonly source: string
  readonly startedAt: string
  /** Of a search for just this, which goes before a run whatever their age. */
  readonly isSearch: boolean
  /** With how many workers, where the result holds several numbers of them. */
  readonly workers?: number
}

/** What a search says. Only objectives as strict as those asked for prove that they hold, and only as lenient ones that they do not. */
export function ofCapacity(
  result: CapacityResult,
  slos: readonly Slo[],
  { rate, slos: asked }: Ask,
): Finding | null {
  const { verdict, id, startedAt } = result
  if (!verdict) return null
  const of = (state: Finding['state'], reason: string, headroom: number | null = null): Finding => ({
    state,
    reason,
    headroom,
    source: id,
    startedAt,
    isSearch: true,
  })
  const rules = result.slo.join(', ')
  const isSound = verdict.state === 'found' || verdict.state === 'beyond' || verdict.state === 'doomed'
  if (!isSound) return of('unknown', `its search has no verdict (${verdict.state}: ${verdict.reason})`)
  const { low, high } = verdict
  if (low !== null && low >= rate && asked.every((one) => slos.some((other) => isAsStrict(other, one)))) {
    return of('holds', `${rules} held up to ${shown(low)}/s`, low / rate - 1)
  }
  if (high !== null && high <= rate && slos.every((one) => asked.some((other) => isAsStrict(other, one)))) {
    return of('fails', `${rules} did not hold at ${shown(high)}/s`)
  }
  const between = low !== null && high !== null && low < rate && rate < high
  return of(
    'unknown',
    between
      ? `${shown(rate)}/s lies within the ${shown(low)} to ${shown(high)}/s of its search`
      : `its search was of ${rules}`,
  )
}

/**
 * What a cell of a run says: its latency at a rate, and its capacity; nothing that is not valid counts.
 * @param workers where the run holds several numbers of them
 */
export function ofCell(
  { id, startedAt }: Run,
  outcome: Run['cells'][number]['outcome'],
  ask: Ask,
  workers: number | null = null,
): Finding | null {
  if (outcome.state !== 'completed') return null
  const { summary, validity, latency } = outcome
  const of = (state: Finding['state'], reason: string, headroom: number | null = null): Finding => ({
    state,
    headroom,
    source: id,
    startedAt,
    isSearch: false,
    ...(workers === null ? { reason } : { reason: `with ${plural(workers, 'worker')} ${reason}`, workers }),
  })
  const capacity = validity.state === 'valid' ? summary.throughput : null
  if (capacity !== null && capacity < ask.rate) {
    return of('fails', `it serves ${shown(capacity)}/s at most (closed loop)`)
  }
  const known = latency && latency.profile === 'steady' ? latencyFinding(latency, ask) : null
  if (known) {
    const headroom = known.state === 'holds' && capacity !== null ? capacity / ask.rate - 1 : null
    return of(known.state, known.reason, headroom)
  }
  const few = latency && tooFew(latency, ask)
  if (few) return of('unknown', few)
  const invalid = [validity, latency?.validity].find((one) => one && one.state !== 'valid')
  if (invalid) return of('unknown', `its measurement is not valid (${invalid.state})`)
  return of(
    'unknown',
    latency ? `its latency was measured at ${shown(latency.rate)}/s` : 'its latency was not measured',
  )
}

function latencyFinding(
  latency: LatencyPhase,
  { rate, slos }: Ask,
): (Pick<Finding, 'reason'> & { state: 'holds' | 'fails' }) | null {
  if (latency.validity.state !== 'valid') return null
  const results = evaluateSlos(
    slos.map((slo) => ({ ...slo, stated: true })),
    null,
    latency,
  )
  const missed = results.filter(({ state }) => state === 'missed').map(({ rule }) => rule)
  const at = `at ${shown(latency.rate)}/s`
  if (results.every(({ state }) => state === 'met') && latency.rate >= rate)
    return { state: 'holds', reason: `${slos.map(({ rule }) => rule).join(', ')} held ${at}` }
  if (missed.length > 0 && latency.rate <= rate)
    return { state: 'fails', reason: `${missed.join(', ')} did not hold ${at}` }
  return null
}

/** Objectives that so few requests do not tell. */
function tooFew(latency: LatencyPhase, { slos }: Ask): string | null {
  const lacking = slos.filter(({ metric }) => {
    const requests = requestsFor(metric, latency)
    return requests !== null && requests.count < requests.needed
  })
  const { count } = requestsFor('max', latency) ?? { count: 0 }
  return lacking.length === 0 || latency.validity.state !== 'valid'
    ? null
    : `${shown(count)} requests are too few for ${lacking.map(({ rule }) => rule).join(', ')}`
}

/** Whether meeting `one` is meeting `other`. */
function isAsStrict(one: Slo, other: Slo): boolean {
  if (one.metric !== other.metric) return false
  return one.metric === 'availability' ? one.limit >= other.limit : one.limit <= other.limit
}

function shown(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}
