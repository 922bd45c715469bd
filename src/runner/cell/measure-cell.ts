import type { EngineIo } from '../../engine/engine.js'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { LatencyPhase, Outcome, Stage, Validity } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import type { Reading } from '../../observe/observer.js'
import { seedOf } from '../../stats/estimate/random.js'
import { isConstant } from '../../stats/load/profiles.js'
import { evaluateSlos, slosWithoutLatency } from '../../stats/validity/slo.js'
import { summarize } from '../../stats/validity/summarize.js'
import { judgeCapacity, worse } from '../../stats/validity/validity-capacity.js'
import { messageOf } from '../../words/errors.js'
import { seconds } from '../../words/in-sentences.js'
import type { Booted, PlannedScenario } from './booted.js'
import { nextWindow } from './capacity-window.js'
import type { CellRef } from './events.js'
import {
  cellLatencyLoad,
  type LatencyLoad,
  latencyPhase,
  nothingDueText,
  scheduleSeconds,
} from './latency-phase.js'
import { type Leftovers, leftoversOf } from './leftovers.js'
import { measureKeepingUp } from './lighter-load.js'
import type { Capacity, MeasureContext } from './measure-context.js'
import { WAITING } from './one-rate.js'
import { scenarioLoad } from './scenario-load.js'
import { sampleProblem, warmUpProblem } from './silence.js'
import { notSteady, warmUpService } from './warm-up.js'
import { type WatchContext, watchedLoad } from './watched-load.js'
import { DeathWatch } from './with-service.js'

const LOG_LINES = 12

/**
 * Sets up, warms up and measures one scenario against a service that is up: what it can serve in a closed loop, then
 * how long it takes under an open one. Never throws but when interrupted before there is a capacity to keep.
 */
export async function measureCell(
  booted: Booted,
  planned: PlannedScenario,
  ref: CellRef,
  context: MeasureContext,
): Promise<Outcome> {
  const measurement = new CellMeasurement(booted, planned, ref, context)
  try {
    return await measurement.run()
  } catch (error) {
    context.signal.throwIfAborted()
    return measurement.failed(measurement.obituary ?? messageOf(error))
  }
}

type FailedOutcome = Extract<Outcome, { state: 'failed' }>

class CellMeasurement {
  readonly #booted: Booted
  readonly #planned: PlannedScenario
  readonly #ref: CellRef
  readonly #context: MeasureContext
  readonly #watch: DeathWatch<Booted>
  /** Aborted by an interruption, or when the service dies. */
  readonly #signal: AbortSignal
  readonly #warnings: string[] = []
  readonly #warn = (text: string): void => {
    this.#warnings.push(text)
  }
  readonly #leftovers: Leftovers
  /** What the load before has left to do when the last one began, where that is too much. */
  #left: string | null = null
  #stage: Stage = 'setup'
  /** The last finished sample of the cell. */
  #sample: Sample | null = null

  constructor(booted: Booted, planned: PlannedScenario, ref: CellRef, context: MeasureContext) {
    this.#booted = booted
    this.#leftovers = leftoversOf(booted)
    this.#planned = planned
    this.#ref = ref
    this.#context = context
    this.#watch = new DeathWatch([booted], context.signal)
    this.#signal = this.#watch.signal
  }

  /** How the service died, once it has. */
  get obituary(): string | null {
    return this.#watch.death?.text ?? null
  }

  async run(): Promise<Outcome> {
    const { events, settings } = this.#context
    events.onPhase?.(this.#ref, 'setup', 0)
    const plan = await this.#plan()
    this.#stage = 'warm-up'
    await this.#leftovers.wait(settings.warmupSeconds, this.#signal)
    await this.#settle(this.#booted.trees, this.#signal)
    const warmUp = await warmUpService(plan, this.#ref, this.#context, this.#signal, this.#booted.quota)
    if (warmUp) this.#leftovers.note(warmUp.sample)
    this.#checkAlive()
    const nothing = warmUp && warmUpProblem(warmUp.sample, plan.timeoutSeconds)
    if (nothing) return this.failed(nothing)
    if (warmUp?.drifting) this.#warn(notSteady(settings.warmupSeconds))

    this.#stage = 'measure'
    const capacity = this.#known() ?? (await this.#measureCapacity(plan))
    if ('state' in capacity) return capacity

    this.#stage = 'latency'
    return await this.#withLatency(plan, capacity)
  }

  /** The capacity stands, whatever becomes of the latency. */
  async #withLatency(plan: Omit<LoadPlan, 'durationSeconds'>, capacity: Capacity): Promise<Outcome> {
    const { slos } = this.#planned
    this.#sample = null
    const of = { state: 'completed' as const, ...capacity, warnings: this.#warnings }
    let failure: FailedOutcome
    try {
      const load = cellLatencyLoad(
        plan,
        capacity.summary.throughput,
        this.#planned.info.rate,
        this.#context,
        this.#warn,
      )
      const latency = load && (await measureKeepingUp(load, (at) => this.#measureLatency(at), this.#warn))
      if (!latency || !('state' in latency))
        return { ...of, latency, slo: evaluateSlos(slos, capacity, latency) }
      failure = latency
    } catch (error) {
      if (this.#context.signal.aborted) {
        this.#warn(WAITING)
        return { ...of, latency: null, slo: [] }
      }
      failure = this.failed(this.obituary ?? messageOf(error))
    }
    const { error, log, sample } = failure
    return {
      ...of,
      latency: null,
      latencyFailure: { error, log, sample },
      slo: slosWithoutLatency(slos, capacity),
    }
  }

  failed(error: string): FailedOutcome {
    const log = this.#booted.lastLogLines(LOG_LINES)
    return { state: 'failed', stage: this.#stage, error, log, sample: this.#sample }
  }

  async #plan(): Promise<Omit<LoadPlan, 'durationSeconds'>> {
    const { settings } = this.#context
    const seed = seedOf(settings.seed, this.#ref.index)
    return await scenarioLoad(this.#planned, this.#booted.url, { settings, seed }, this.#signal)
  }

  /** Where it was measured in an earlier boot. */
  #known(): Capacity | null {
    const { measured } = this.#context
    if (!measured) return null
    const { sample, summary, server, validity, warnings } = measured
    for (const text of warnings) if (!this.#warnings.includes(text)) this.#warn(text)
    return { sample, summary, server, validity }
  }

  /** Again, where it does not stand: see `nextWindow`. */
  async #measureCapacity(plan: Omit<LoadPlan, 'durationSeconds'>): Promise<Capacity | FailedOutcome> {
    const asked = this.#context.settings.durationSeconds
    for (let windows = 1, seconds = asked; ; windows++) {
      const capacity = await this.#measureWindow(plan, seconds)
      const again = this.#signal.aborted ? null : nextWindow({ ...capacity, windows }, asked)
      if (again === null) return this.#problemOf(capacity.sample, true) ?? capacity
      seconds = again
    }
  }

  async #measureWindow(plan: Omit<LoadPlan, 'durationSeconds'>, seconds: number): Promise<Capacity> {
    const { engine, events } = this.#context
    events.onPhase?.(this.#ref, 'measure', seconds)
    const { sample, server } = await this.#watched(seconds, (on) =>
      engine.run({ ...plan, durationSeconds: seconds }, { ...this.#io('measure'), ...on }),
    )
    const summary = summarize(sample, server)
    const validity = judgeCapacity(sample, summary, server, plan.connections)
    return { sample, summary, server, validity: this.#besidesLeftovers(validity) }
  }

  async #measureLatency(load: LatencyLoad): Promise<LatencyPhase | FailedOutcome> {
    const { openEngine, events } = this.#context
    const seconds = scheduleSeconds(load.plan)
    events.onPhase?.(this.#ref, 'latency', seconds, load.rate)
    const { sample, server } = await this.#watched(seconds, (on) =>
      openEngine.run(load.plan, { ...this.#io('latency'), ...on }),
    )
    if (sample.open?.scheduled === 0 && !this.#signal.aborted) return this.failed(nothingDueText(load.plan))
    const phase = latencyPhase(load, sample, server)
    const problem = this.#problemOf(sample, isConstant(load))
    if (problem) return problem
    return { ...phase, validity: this.#besidesLeftovers(phase.validity) }
  }

  /** @param seconds that the load lasts */
  async #watched(seconds: number, load: Parameters<typeof watchedLoad>[2]) {
    const context = {
      observer: this.#context.observer,
      settle: this.#settle,
      signal: this.#signal,
      warn: this.#warn,
      onSample: (at: number, readings: readonly Reading[]) =>
        this.#context.events.onServer?.(this.#ref, at, readings),
    }
    this.#left = await this.#leftovers.wait(seconds, this.#signal)
    const watched = await watchedLoad(this.#booted, context, load)
    this.#leftovers.note(watched.sample)
    return watched
  }

  /** Waits until the service is quiet; of one whose queue is to be full, only what answers requests. */
  readonly #settle: WatchContext['settle'] = (trees, signal) => {
    const answering = trees.filter(({ role }) => role === 'web' || role === 'proxy')
    return this.#context.settle(this.#planned.scenario.backlog ? answering : trees, signal)
  }

  #io(phase: 'measure' | 'latency'): EngineIo {
    const { leaseEnv, events } = this.#context
    return { signal: this.#signal, env: leaseEnv, onTick: (tick) => events.onTick?.(this.#ref, phase, tick) }
  }

  /** The outcome of a cell whose service did not last; keeps the sample either way. */
  #problemOf(sample: Sample, toTheEnd: boolean): FailedOutcome | null {
    this.#context.signal.throwIfAborted()
    this.#sample = sample
    if (this.obituary) return this.failed(`${this.obituary} ${seconds(sample.durationUs)} into measuring`)
    const problem = sampleProblem(sample, toTheEnd)
    // What a service does that is busy with the load before says nothing of it.
    return problem === null ? null : this.failed(this.#left ?? problem)
  }

  #besidesLeftovers(validity: Validity): Validity {
    return this.#left === null ? validity : worse(validity, 'noisy', this.#left)
  }

  #checkAlive(): void {
    this.#context.signal.throwIfAborted()
    if (this.obituary) throw new Error(this.obituary)
  }
}
