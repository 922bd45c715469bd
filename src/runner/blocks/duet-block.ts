import type { DuetEngine, Pair, StandBy } from '../../engine/duet/duet.js'
import { capacityDropReason, latencyDropReason } from '../../gate/block-figures.js'
import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Validity } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import type { GateLoad } from '../../model/studies/gate.js'
import type { ArmRequests, GateCell, GateLatencyPhase } from '../../model/studies/gate-block.js'
import { summarize } from '../../stats/validity/summarize.js'
import { openSummary } from '../../stats/validity/summarize-open.js'
import { judge } from '../../stats/validity/validity.js'
import { worse } from '../../stats/validity/validity-capacity.js'
import { limitedCount } from '../../stats/validity/validity-errors.js'
import { judgeOpen } from '../../stats/validity/validity-open.js'
import { messageOf } from '../../words/errors.js'
import type { Booted, PlannedScenario } from '../cell/booted.js'
import { PairLeftovers } from '../cell/leftovers.js'
import { loadOf } from '../cell/scenario-load.js'
import { scenarioValues } from '../cell/scenario-values.js'
import type { WatchContext } from '../cell/watched-load.js'
import { armFailure, UnansweredByBase } from './arm-failure.js'
import { slicesOf, type TreeCpu, TreeReadings } from './duet-slices.js'
import { warmUpDuet } from './duet-warm-up.js'

/** Seconds of the open loop before it counts: connections are opened, and nothing else is cold by then. */
export const DUET_LEAD_IN_SECONDS = 0.5

/** What is loaded, in which order, and how. */
export interface DuetPlan {
  /** In the order in which they are loaded. */
  readonly booted: Pair<Booted>
  /** Which of the two is the base: its throughput decides the rate. */
  readonly base: 0 | 1
  readonly load: GateLoad
  readonly generatorCpus: readonly number[] | null
  /** Of the loads; both get the same. */
  readonly seed: number
}

/** What a block needs of the world. */
export interface DuetParts {
  readonly engine: DuetEngine
  readonly treeCpu: TreeCpu
  /** Share of the machine's CPU time that the hypervisor took since the call; null where unknown. */
  readonly watchSteal: () => () => number | null
  readonly settle: WatchContext['settle']
  /** Told of every load, warm-ups included, as [base, head]; may throw to end the block. */
  readonly check: (base: Sample, head: Sample) => void
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** One scenario of one block. */
export interface DuetMeasurement {
  readonly cell: GateCell
  /** Of the process trees after warm-up; null where they are not ours. */
  readonly rssBytes: { readonly base: number; readonly head: number } | null
}

/**
 * Measures one scenario on two services that are up, both at once: warm-up until both are steady, slices of closed-loop
 * load with each tree's CPU time, then latency at one fixed rate.
 * @throws UserError when the scenario's setup fails; Error when the generator does; what `check` throws; the signal's
 *   reason when aborted.
 */
export async function measureDuet(
  plan: DuetPlan,
  planned: PlannedScenario,
  parts: DuetParts,
): Promise<DuetMeasurement> {
  parts.engine.standBy(loadsAhead(plan, parts))
  const plans = await loadsOf(plan, planned, parts)
  const leftovers = new PairLeftovers(plan.booted)
  const warmUp = await warmUpDuet(plans, plan.load.warmupSeconds, parts)
  if (warmUp) checked(plan, warmUp, parts)
  if (warmUp) leftovers.note(warmUp)
  const rss = new TreeReadings(plan.booted, parts.treeCpu).rssBytes()
  await settleBoth(plan, parts)
  const { phase: capacity, throughput } = await measureCapacity(plan, plans, leftovers, parts)
  const latency =
    plan.load.latencySeconds === 0 ? null : await measureLatency(plan, plans, throughput, leftovers, parts)
  return {
    cell: { scenario: planned.info.name, capacity, latency },
    rssBytes: rss === null ? null : { base: rss[plan.base], head: rss[headOf(plan)] },
  }
}

/** The loads of one scenario, whose processes may start before its services are up. */
export function loadsAhead(
  { load, generatorCpus }: Pick<DuetPlan, 'load' | 'generatorCpus'>,
  { leaseEnv }: Pick<DuetParts, 'leaseEnv'>,
): StandBy {
  const { warmupSeconds, latencySeconds } = load
  const closed = warmupSeconds === 0 ? 1 : 2
  return { env: leaseEnv, cpus: generatorCpus, closed, open: latencySeconds === 0 ? 0 : 1 }
}

async function loadsOf(
  plan: DuetPlan,
  planned: PlannedScenario,
  { signal }: DuetParts,
): Promise<Pair<LoadPlan>> {
  const { booted, load, generatorCpus, seed } = plan
  const { info } = planned
  const settled = await Promise.allSettled(booted.map(({ url }) => scenarioValues(planned, url, signal)))
  signal.throwIfAborted()
  const values = settled.map((one) => (one.status === 'fulfilled' ? one.value : {}))
  const [base, head] = [settled[plan.base], settled[headOf(plan)]]
  const problem = ({ reason }: PromiseRejectedResult) =>
    `fails in the setup of scenario ${info.name}: ${messageOf(reason)}`
  if (base?.status === 'rejected') {
    if (head?.status === 'rejected') throw armFailure('base', problem(base))
    throw new UnansweredByBase(info.name, `fails in its setup: ${messageOf(base.reason)}`)
  }
  if (head?.status === 'rejected') throw armFailure('head', problem(head))
  return both((arm) => ({
    ...loadOf(planned, booted[arm].url, values[arm] ?? {}),
    connections: load.connections,
    durationSeconds: load.slices,
    generators: 1,
    ...(generatorCpus ? { cpus: generatorCpus } : {}),
    seed,
  }))
}

async function measureCapacity(
  plan: DuetPlan,
  plans: Pair<LoadPlan>,
  leftovers: PairLeftovers,
  parts: DuetParts,
) {
  const left = await leftovers.wait(plan.load.slices, parts.signal)
  const readings = new TreeReadings(plan.booted, parts.treeCpu)
  const steal = parts.watchSteal()
  try {
    const samples = await parts.engine.closed(plans, {
      ...ioOf(parts),
      onStart: (atNs) => readings.everySecond(atNs, plan.load.slices),
    })
    checked(plan, samples, parts)
    leftovers.note(samples)
    await readings.done()
    const stealShare = steal()
    const validity = gravest(samples, left, (sample) =>
      judge(sample, summarize(sample), { workers: null, stealShare }, plan.load.connections),
    )
    const measured = {
      slices: isUneven(samples) ? [] : slicesOf(samples, readings.pairs, plan.base),
      ...arms(plan, (arm) => requestsOf(samples[arm])),
      validity,
    }
    const { counts, durationUs } = samples[plan.base]
    return {
      phase: { ...measured, dropped: capacityDropReason(measured) },
      throughput: counts.ok / (durationUs / 1e6),
    }
  } finally {
    readings.end()
  }
}

async function measureLatency(
  plan: DuetPlan,
  plans: Pair<LoadPlan>,
  throughput: number,
  leftovers: PairLeftovers,
  parts: DuetParts,
): Promise<GateLatencyPhase> {
  const { latencySeconds, latencyShare, maxConnections } = plan.load
  const left = await leftovers.wait(latencySeconds, parts.signal)
  await settleBoth(plan, parts)
  const rate = Math.max(1, Math.round(throughput * latencyShare))
  const steal = parts.watchSteal()
  const samples = await parts.engine.open(
    both((arm) => openPlan(plans[arm], rate, latencySeconds, maxConnections)),
    ioOf(parts),
  )
  checked(plan, samples, parts)
  const stealShare = steal()
  const measured = {
    rate,
    seconds: latencySeconds,
    ...arms(plan, (arm) => ({
      ...requestsOf(samples[arm]),
      histogram: isUneven(samples) ? '' : samples[arm].histogram,
    })),
    validity: gravest(samples, left, (sample) =>
      judgeOpen(sample, openSummary(sample), { workers: null, stealShare }),
    ),
  }
  return { ...measured, dropped: latencyDropReason(measured) }
}

async function settleBoth({ booted }: DuetPlan, { settle, signal }: DuetParts): Promise<void> {
  await settle(
    booted.flatMap(({ trees }) => trees),
    signal,
  )
}

/** A generator that had no file or port left gave one arm fewer connections than the other: there is nothing to compare. */
function isUneven(samples: Pair<Sample>): boolean {
  return samples.some((sample) => limitedCount(sample) > 0)
}

function openPlan(plan: LoadPlan, rate: number, seconds: number, maxConnections: number): OpenLoadPlan {
  const { connections: _, durationSeconds: __, ...common } = plan
  return {
    ...common,
    // Evenly spaced, each arrival of one arm would meet the other at the same point of its work, block for block another.
    arrival: 'poisson',
    stages: [{ seconds, from: rate, to: rate }],
    leadInSeconds: DUET_LEAD_IN_SECONDS,
    maxConnections,
  }
}

function checked(plan: DuetPlan, samples: Pair<Sample>, { signal, check }: DuetParts): void {
  signal.throwIfAborted()
  check(samples[plan.base], samples[headOf(plan)])
}

/** What was still under way when the load ended is no error. */
function requestsOf({ counts, open, errors: kinds }: Sample): ArmRequests {
  const { ok, badStatus, badBody, timeout, connectionError } = counts
  const errors = badStatus + badBody + timeout + connectionError + (open?.unsent ?? 0)
  return { requests: ok + errors, errors, ...(kinds.length > 0 ? { kinds } : {}) }
}

function ioOf({ signal, leaseEnv }: DuetParts) {
  return { signal, env: leaseEnv }
}

/** @param left what is wrong with both, since the load before was not done with, or null */
function gravest(samples: Pair<Sample>, left: string | null, judged: (sample: Sample) => Validity): Validity {
  const [first, second] = [judged(samples[0]), judged(samples[1])]
  const validity = first.state === 'valid' ? second : first
  return left === null ? validity : worse(validity, 'noisy', left)
}

function headOf({ base }: Pick<DuetPlan, 'base'>): 0 | 1 {
  return base === 0 ? 1 : 0
}

function arms<T>(plan: DuetPlan, of: (arm: 0 | 1) => T): { base: T; head: T } {
  return { base: of(plan.base), head: of(headOf(plan)) }
}

function both<T>(of: (arm: 0 | 1) => T): Pair<T> {
  return [of(0), of(1)]
}
