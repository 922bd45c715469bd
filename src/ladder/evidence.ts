import {
  completedOf,
  constantLatency,
  type MeasuredFigures,
  measuredFigures,
} from '../figures/cell-figures.js'
import { failedShare } from '../figures/fold-repeats.js'
import { isBound, type LatencyFigures } from '../figures/latency.js'
import type { PhaseFigures } from '../figures/phase-figures.js'
import type { Slo } from '../model/plan/slo.js'
import type { Cell, Run } from '../model/run/run.js'
import type { CapacityResult } from '../model/studies/capacity.js'
import { evaluateSlos, type OpenPhase, requestsFor } from '../stats/validity/slo.js'
import { plural } from '../words/format.js'
import type { Ask } from './ask.js'
import { type LevelState, levelRules } from './which-level.js'

/** What one measurement says of a level under the load that is asked for. */
export interface Finding {
  readonly state: LevelState
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
 * What the repeats of a cell say together: its latency at a rate, and its capacity; nothing that is not valid counts.
 * @param workers where the run holds several numbers of them
 */
export function ofCells(
  { id, startedAt }: Pick<Run, 'id' | 'startedAt'>,
  cells: readonly Cell[],
  ask: Ask,
  workers: number | null = null,
): Finding | null {
  const measured = measuredFigures(completedOf(cells))
  if (measured === null) return null
  const capacity = measured.validity.state === 'valid' ? measured.throughput : null
  const phase = constantLatency(measured)
  const rate = phase && ([phase.rate.min, phase.rate.max] as const)
  const kept = phase && keptOf(phase, ask)
  const state = levelRules().judge(
    { capacity: capacity?.max ?? null, rate, isKept: kept?.isKept ?? null },
    ask.rate,
  )
  const isBeyond = capacity !== null && ask.rate > capacity.max
  const reason = isBeyond
    ? `it serves ${shown(capacity.max)}/s at most (closed loop)`
    : state !== 'unknown' && rate !== null && kept !== null
      ? `${kept.rules} ${kept.isKept ? 'held' : 'did not hold'} at ${shown(rate[kept.isKept ? 0 : 1])}/s`
      : openReason(measured, kept)
  return {
    state,
    headroom: state === 'holds' && capacity !== null ? capacity.value / ask.rate - 1 : null,
    source: id,
    startedAt,
    isSearch: false,
    ...(workers === null ? { reason } : { reason: `with ${plural(workers, 'worker')} ${reason}`, workers }),
  }
}

/** Why a measurement does not decide. */
function openReason({ validity, latency, phases }: MeasuredFigures, kept: Kept | null): string {
  if (kept?.lack) return kept.lack
  const invalid = [validity, latency?.validity].find((one) => one && one.state !== 'valid')
  if (invalid) return `its measurement is not valid (${invalid.state})`
  if (latency) return `its latency was measured at ${shown(latency.rate.max)}/s`
  return phases.length > 0 ? 'its repeats ran under unlike loads' : 'its latency was not measured'
}

/** What became of all that is asked under a load. */
interface Kept {
  /** Null where some of it has no data, and none was missed. */
  readonly isKept: boolean | null
  /** Those that were kept, or those that were not. */
  readonly rules: string
  /** Objectives that so few requests do not tell. */
  readonly lack: string | null
}

function keptOf(phase: PhaseFigures, { slos }: Ask): Kept {
  const together = openPhaseOf(phase)
  const results = evaluateSlos(
    slos.map((slo) => ({ ...slo, stated: true })),
    null,
    together,
  )
  const missed = results.filter(({ state }) => state === 'missed')
  const isKept = results.every(({ state, metric }) => state === 'met' && !mayBeHigher(metric, phase.latency))
  const lacking = slos.filter(({ metric }) => {
    const requests = requestsFor(metric, together)
    return requests !== null && requests.count < requests.needed
  })
  const { count } = requestsFor('max', together) ?? { count: 0 }
  const told = missed.length > 0 ? missed : results
  return {
    isKept: missed.length > 0 ? false : isKept || null,
    rules: told.map(({ rule }) => rule).join(', '),
    lack:
      lacking.length === 0
        ? null
        : `${shown(count)} requests are too few for ${lacking.map(({ rule }) => rule).join(', ')}`,
  }
}

/** A percentile that takes in requests without an answer is a lower bound. */
function mayBeHigher(metric: Slo['metric'], latency: LatencyFigures | null): boolean {
  const percentile = metric === 'max' ? 100 : Number(metric.slice(1))
  return latency !== null && !Number.isNaN(percentile) && isBound(latency, percentile)
}

/** All repeats as one. */
function openPhaseOf({ accounting, latency, validity }: PhaseFigures): OpenPhase {
  const { counts, statuses, unsent } = accounting
  return {
    validity,
    errorRate: failedShare(accounting),
    latency: latency ?? NO_TIMES,
    sample: { counts, statuses, censored: latency?.censored ?? 0, open: { unsent } },
  }
}

const NO_TIMES = { p50Us: null, p90Us: null, p95Us: null, p99Us: null, p999Us: null, maxUs: null }

/** Whether meeting `one` is meeting `other`. */
function isAsStrict(one: Slo, other: Slo): boolean {
  if (one.metric !== other.metric) return false
  return one.metric === 'availability' ? one.limit >= other.limit : one.limit <= other.limit
}

function shown(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}
