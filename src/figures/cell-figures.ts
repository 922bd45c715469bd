import type { CompletedOutcome, Validity } from '../model/run/outcome.js'
import type { Cell, Run } from '../model/run/run.js'
import type { ErrorKind } from '../model/run/sample.js'
import type { PlainValues } from '../model/studies/plain-figures.js'
import { foldRepeats, type Repeats } from '../stats/estimate/repeat-interval.js'
import { isConstant } from '../stats/load/profiles.js'
import { mergeErrorKinds } from '../stats/validity/error-kinds.js'
import { messageOf } from '../words/errors.js'
import { loadText } from './comparable.js'
import { type Course, coursesOf } from './course.js'
import {
  type Accounting,
  accounting,
  busiestGenerator,
  failuresOf,
  highest,
  jointValidity,
} from './fold-repeats.js'
import { type LatencyFigures, mergedSamples } from './latency.js'
import type { LevelRef } from './level-ref.js'
import { logInsOf } from './log-ins.js'
import { overTime, type TimePoint } from './over-time.js'
import { type PhaseFigures, phasesOf } from './phase-figures.js'
import { type QueueFigures, queueFigures } from './queue-figures.js'
import {
  leastEven,
  type Repeat,
  type UsageFigures,
  usageFigures,
  type WorkerFigures,
} from './server-figures.js'
import { type SloFigures, sloFigures } from './slo-figures.js'

/** Everything that the completed repeats of one level and scenario in one run say together. */
export interface MeasuredFigures extends PlainValues {
  readonly repeats: readonly number[]
  /** Capacity: answers as expected per second, closed loop. */
  readonly throughput: Repeats
  /** Open loop: what users see at a stated rate. Null where it was not measured; `latencyNote` says why. */
  readonly latency: PhaseFigures | null
  /** As `latency`, or one for each repeat where they cannot be put together; empty without any. */
  readonly phases: readonly PhaseFigures[]
  readonly latencyNote: string | null
  /** Closed loop: service time when the service is as busy as it can be. Never the latency of a level. */
  readonly fullLoad: LatencyFigures | null
  /** Of the capacity phase. */
  readonly accounting: Accounting
  readonly errors: readonly ErrorKind[]
  /** Requests that failed in either phase, what was never sent included, and of how many that ended. */
  readonly failed: { readonly count: number; readonly of: number }
  readonly slo: readonly SloFigures[]
  readonly usage: readonly UsageFigures[]
  readonly workers: WorkerFigures | null
  /** One for each phase; empty where the level has no queue. */
  readonly queue: readonly QueueFigures[]
  readonly stealShare: number | null
  readonly generator: {
    readonly processes: number
    readonly cpuShare: number
    readonly loopDelayP99Us: number
  }
  /** Of the capacity phase: valid only when every repeat is. */
  readonly validity: Validity
  readonly warnings: readonly string[]
  /** Who logged in before each phase, and how long it took, in words; null where nobody had to. */
  readonly logIns: string | null
  /** Capacity phase, all repeats. */
  readonly overTime: readonly { readonly repeat: number; readonly points: readonly TimePoint[] }[]
  /** Both phases of one repeat, with the server's view. */
  readonly courses: readonly Course[]
}

/** A repeat that gave no figures, and why. */
export interface Miss {
  readonly repeat: number
  readonly state: 'failed' | 'skipped'
  /** `boot`, `measure`, …; null for a skipped one. */
  readonly stage: string | null
  readonly reason: string
  /** What would let a skipped cell run. */
  readonly fix: string | null
  /** Last lines of the level's log. */
  readonly log: readonly string[]
}

/** `failed at boot: it did not answer`, or `skipped: there is no Redis`. */
export function missWords(miss: Miss | undefined): string {
  if (miss === undefined) return 'not measured'
  const { state, stage, reason } = miss
  return `${state === 'failed' ? `failed at ${stage}` : 'skipped'}: ${reason}`
}

/** What one run says of one level and scenario. */
export interface CellFigures {
  readonly runId: string
  readonly level: LevelRef
  readonly scenario: string
  readonly connections: number | null
  /** Connections and timeout in words; figures under unlike loads are not comparable. */
  readonly load: string
  readonly measured: MeasuredFigures | null
  readonly misses: readonly Miss[]
  /** Repeats that gave a capacity, but not the latency that was wanted. */
  readonly latencyMisses: readonly Miss[]
}

/** Folds the repeats of one level and scenario of a run into figures. Percentiles come from merged histograms. */
export function cellFigures(
  run: Run,
  level: LevelRef,
  scenario: string,
  cells: readonly Cell[],
): CellFigures {
  return {
    runId: run.id,
    level,
    scenario,
    connections: run.scenarios.find((entry) => entry.name === scenario)?.connections ?? null,
    load: loadText(run, scenario),
    measured: measuredFigures(completedOf(cells)),
    misses: cells.flatMap(missOf),
    latencyMisses: cells.flatMap(latencyMissOf),
  }
}

/** Whether a conclusion may be drawn from its throughput, that is, whether the capacity phase is valid. */
export function isValid<T extends CellFigures>(
  figures: T,
): figures is T & { readonly measured: MeasuredFigures } {
  return figures.measured?.validity.state === 'valid'
}

/** The latency phase of which a conclusion may be drawn, or null. */
export function validLatency(measured: MeasuredFigures | null): PhaseFigures | null {
  const phase = measured?.latency ?? null
  return phase?.validity.state === 'valid' ? phase : null
}

/** As `validLatency`, under a load that stays at one rate: what holds there holds at lower ones. */
export function constantLatency(measured: MeasuredFigures): PhaseFigures | null {
  const phase = validLatency(measured)
  return phase !== null && isConstant(phase) ? phase : null
}

export function completedOf(cells: readonly Cell[]): Repeat[] {
  return cells.flatMap(({ repeat, outcome }) => (outcome.state === 'completed' ? [{ repeat, outcome }] : []))
}

/** What completed repeats say together; null for none. */
export function measuredFigures(repeats: readonly Repeat[]): MeasuredFigures | null {
  const outcomes = repeats.map((entry) => entry.outcome)
  const throughput = foldRepeats(outcomes.map((outcome) => outcome.summary.throughput))
  if (throughput === null) return null
  const samples = outcomes.map((outcome) => outcome.sample)
  const counted = accounting(samples)
  const fullLoad = fullLoadOf(outcomes)
  const phases = phasesOf(repeats)
  const validity = jointValidity(repeats.map(({ repeat, outcome }) => ({ repeat, ...outcome })))
  const latencyValidity = jointValidity(
    repeats.flatMap(({ repeat, outcome }) => (outcome.latency ? [{ repeat, ...outcome.latency }] : [])),
  )
  return {
    repeats: repeats.map((entry) => entry.repeat),
    throughput,
    latency: phases.together,
    phases: phases.each,
    latencyNote: phases.note,
    fullLoad: fullLoad.figures,
    accounting: counted,
    errors: mergeErrorKinds(samples.map(({ errors }) => errors)),
    failed: failedOf([counted, ...phases.each.map((phase) => phase.accounting)]),
    slo: sloFigures(outcomes, {
      capacity: validity,
      latency: phases.each.length === 0 ? null : latencyValidity,
    }),
    cpuPerRequestUs: cpuPerRequest(outcomes),
    rssPeakBytes: highest(outcomes.map((outcome) => outcome.summary.rssPeakBytes)),
    usage: usageFigures(outcomes),
    workers: leastEven(repeats),
    queue: queueFigures(outcomes),
    stealShare: highest(outcomes.map((outcome) => outcome.server.stealShare)),
    generator: busiestGenerator(samples),
    validity,
    warnings: [
      ...new Set([
        ...outcomes.flatMap((outcome) => outcome.warnings),
        ...fullLoad.warnings,
        ...phases.warnings,
      ]),
    ],
    logIns: logInsOf(outcomes),
    overTime: repeats.map((entry) => ({
      repeat: entry.repeat,
      points: overTime(entry.outcome.sample.intervals),
    })),
    courses: coursesOf(repeats),
  }
}

function failedOf(all: readonly Accounting[]): MeasuredFigures['failed'] {
  return {
    count: all.reduce((sum, one) => sum + failuresOf(one), 0),
    of: all.reduce((sum, one) => sum + one.scheduled - one.counts.unfinished, 0),
  }
}

/** A histogram that cannot be read costs its figures, not the report. */
function fullLoadOf(outcomes: readonly CompletedOutcome[]): {
  figures: LatencyFigures | null
  warnings: string[]
} {
  try {
    return { ...mergedSamples(outcomes.map((outcome) => outcome.sample)), warnings: [] }
  } catch (error) {
    const why = `no service time at full load: a histogram cannot be read: ${messageOf(error)}`
    return { figures: null, warnings: [why] }
  }
}

/** Weighted by the requests of each repeat, that is: all CPU time ÷ all requests. */
function cpuPerRequest(outcomes: readonly CompletedOutcome[]): number | null {
  let cpu = 0
  let requests = 0
  for (const { summary, sample } of outcomes) {
    if (summary.cpuPerRequestUs === null) continue
    cpu += summary.cpuPerRequestUs * sample.counts.ok
    requests += sample.counts.ok
  }
  return requests === 0 ? null : cpu / requests
}

function missOf({ repeat, outcome }: Cell): Miss[] {
  if (outcome.state === 'completed') return []
  if (outcome.state === 'skipped') {
    return [{ repeat, state: 'skipped', stage: null, reason: outcome.reason, fix: outcome.fix, log: [] }]
  }
  const { stage, error, log } = outcome
  return [{ repeat, state: 'failed', stage, reason: error, fix: null, log }]
}

function latencyMissOf({ repeat, outcome }: Cell): Miss[] {
  const failure = outcome.state === 'completed' ? outcome.latencyFailure : undefined
  if (failure === undefined) return []
  const { error, log } = failure
  return [{ repeat, state: 'failed', stage: 'latency', reason: error, fix: null, log }]
}
