import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { OwnStages } from '../../model/plan/profile-base.js'
import type { LatencyPhase } from '../../model/run/outcome.js'
import type { RunSettings } from '../../model/run/run.js'
import type { Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'
import { readProfile } from '../../stats/load/profile-reading.js'
import { baseRate, isConstant, stagesOf } from '../../stats/load/profiles.js'
import { arrivalsOf } from '../../stats/load/schedule.js'
import { openSummary } from '../../stats/validity/summarize-open.js'
import { judgeOpen } from '../../stats/validity/validity-open.js'
import type { MeasureContext } from './measure-context.js'

/** The load that latency is measured under, decided when the capacity is known. */
export interface LatencyLoad {
  readonly profile: LatencyPhase['profile']
  readonly rate: number
  readonly share: number | null
  /** Of the lowest capacity of all levels. */
  readonly shareOf?: LatencyPhase['shareOf']
  readonly plan: OpenLoadPlan
}

/** What the open loop shares with the closed one before it. */
export type CommonPlan = Omit<OpenLoadPlan, 'arrival' | 'stages' | 'maxConnections' | 'leadInSeconds'>

/** Before a schedule, at its first rate; in seconds. */
export const LEAD_IN_SECONDS = 1

/**
 * Which rate, for how long. Null when latency is not wanted, or when the rate is to be a share of a capacity that turned
 * out to be nothing.
 * @param earlier what an earlier repeat of the cell was measured at: latencies compare at one rate only
 */
export function latencyLoad(
  settings: Pick<RunSettings, 'latency' | 'durationSeconds' | 'generators'>,
  own: OwnStages | null,
  common: CommonPlan,
  capacity: number,
  earlier: Pick<LatencyPhase, 'rate' | 'share'> | null = null,
): LatencyLoad | null {
  const { latency, durationSeconds } = settings
  if (!latency) return null
  const { profile, arrival, maxConnections } = latency
  const rate =
    earlier?.rate ?? baseRate(profile, { rate: latency.rate, share: latency.share ?? 1, capacity, own })
  if (rate === null) return null
  const isGiven = latency.rate !== null || (profile === 'stages' && own?.of === 'rate')
  return {
    profile,
    rate,
    share: isGiven ? null : (earlier?.share ?? latency.share ?? 1),
    ...(isGiven || !latency.shareOf ? {} : { shareOf: latency.shareOf }),
    plan: {
      ...common,
      generators: Math.min(settings.generators, maxConnections),
      arrival,
      maxConnections,
      leadInSeconds: LEAD_IN_SECONDS,
      stages: stagesOf(profile, { rate, durationSeconds, own }),
    },
  }
}

/** The settings with a scenario's own rate, where it has one. */
export function withOwnRate<S extends Pick<RunSettings, 'latency'>>(
  settings: S,
  rate: number | undefined,
): S {
  const { latency } = settings
  return rate !== undefined && latency
    ? { ...settings, latency: { ...latency, rate, share: null } }
    : settings
}

/**
 * The load of a cell's latency, once its capacity is known.
 * @param rate the scenario's own, where it has one
 * @throws Error where nothing would be sent
 */
export function cellLatencyLoad(
  plan: Omit<LoadPlan, 'durationSeconds'>,
  throughput: number,
  rate: number | undefined,
  context: Pick<MeasureContext, 'settings' | 'ownStages' | 'earlierLatency' | 'lowestCapacity'>,
  warn: (text: string) => void,
): LatencyLoad | null {
  const { connections: _, ...common } = plan
  const capacity = Math.min(throughput, context.lowestCapacity ?? throughput)
  const settings = withOwnRate(context.settings, rate)
  const load = latencyLoad(settings, context.ownStages, common, capacity, context.earlierLatency)
  if (settings.latency && !load) warn('no latency: there is no capacity to take a share of')
  const reason = load && nothingDue(load.plan)
  if (reason) throw new Error(reason)
  return load
}

/** What the open loop brought back, read. */
export function latencyPhase(load: LatencyLoad, sample: Sample, server: ServerTruth): LatencyPhase {
  const { profile, rate, share, shareOf, plan } = load
  const summary = openSummary(sample)
  return {
    profile,
    rate,
    share,
    ...(shareOf ? { shareOf } : {}),
    stages: [...plan.stages],
    sample,
    server,
    validity: judgeOpen(sample, summary, server, isConstant(load)),
    ...summary,
    reading: readProfile(profile, sample, plan.stages, server),
  }
}

/** Seconds that a schedule takes. */
export function scheduleSeconds({ stages }: Pick<OpenLoadPlan, 'stages'>): number {
  return stages.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** What to say where a schedule holds no request, or null; of random arrivals only the schedule itself can tell. */
export function nothingDue(plan: Pick<OpenLoadPlan, 'stages' | 'arrival'>): string | null {
  if (plan.arrival === 'poisson') return null
  return arrivalsOf({ ...plan, seed: 0 }).next() === null ? nothingDueText(plan) : null
}

export function nothingDueText({ stages }: Pick<OpenLoadPlan, 'stages'>): string {
  const rates = stages.flatMap(({ from, to }) => [from, to])
  const highest = Number(Math.max(...rates).toPrecision(2))
  return `nothing is due in ${scheduleSeconds({ stages })} s at ${highest}/s: make it longer`
}
