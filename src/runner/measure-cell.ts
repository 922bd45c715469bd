import type { Engine, EngineIo, OpenEngine } from '../engine/engine.js'
import { messageOf } from '../model/errors.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { CompletedOutcome, LatencyPhase, Outcome, Stage } from '../model/outcome.js'
import type { OwnStages } from '../model/profile-base.js'
import type { RunSettings } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import type { Reading } from '../observe/observer.js'
import { errorsText } from '../stats/errors-text.js'
import { seedOf } from '../stats/random.js'
import { evaluateSlos } from '../stats/slo.js'
import { summarize } from '../stats/summarize.js'
import { judge } from '../stats/validity.js'
import type { Booted, PlannedScenario } from './booted.js'
import type { CellRef, RunEvents } from './events.js'
import {
  type LatencyLoad,
  latencyLoad,
  latencyPhase,
  scheduleSeconds,
  shouldAnswerToTheEnd,
} from './latency-phase.js'
import { measureKeepingUp } from './lighter-load.js'
import { scenarioLoad } from './scenario-load.js'
import { stoppedAnsweringAt } from './silence.js'
import { notSteady, warmUpService } from './warm-up.js'
import { type WatchContext, watchedLoad } from './watched-load.js'

const LOG_LINES = 12

export interface MeasureContext extends Omit<WatchContext, 'warn'> {
  readonly engine: Engine
  readonly openEngine: OpenEngine
  readonly settings: RunSettings
  /** Of the profile `stages`. */
  readonly ownStages: OwnStages | null
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly events: RunEvents
  /** What latency was measured at before: in an earlier repeat of the same cell, or at another level. */
  readonly earlierLatency?: Pick<LatencyPhase, 'rate' | 'share'> | null
  /** Of the levels measured so far, where all are to have one rate. */
  readonly lowestCapacity?: number | null
  /** The cell's capacity, where it was measured in an earlier boot. */
  readonly measured?: (Capacity & Pick<CompletedOutcome, 'warnings'>) | null
}

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
    return measurement.failed(measurement.obituary || messageOf(error))
  }
}

type Capacity = Pick<CompletedOutcome, 'sample' | 'summary' | 'server' | 'validity'>

class CellMeasurement {
  /** How the service died, once it has. */
  obituary = ''
  readonly #booted: Booted
  readonly #planned: PlannedScenario
  readonly #ref: CellRef
  readonly #context: MeasureContext
  /** Aborted by an interruption, or when the service dies. */
  readonly #signal: AbortSignal
  readonly #warnings: string[] = []
  readonly #warn = (text: string): void => {
    this.#warnings.push(text)
  }
  #stage: Stage = 'setup'
  /** The last finished sample of the cell. */
  #sample: Sample | null = null

  constructor(booted: Booted, planned: PlannedScenario, ref: CellRef, context: MeasureContext) {
    this.#booted = booted
    this.#planned = planned
    this.#ref = ref
    this.#context = context
    const death = new AbortController()
    void booted.died.then((exit) => {
      this.obituary = `process "${exit.process}" ended by itself (${exit.signal ?? `exit code ${exit.code}`})`
      death.abort()
    })
    this.#signal = AbortSignal.any([context.signal, death.signal])
  }

  async run(): Promise<Outcome> {
    const { events, settings, ownStages } = this.#context
    events.onPhase?.(this.#ref, 'setup', 0)
    const plan = await this.#plan()
    this.#stage = 'warm-up'
    await this.#settle(this.#booted.trees, this.#signal)
    const warmUp = await warmUpService(plan, this.#ref, this.#context, this.#signal, this.#booted.quota)
    this.#checkAlive()
    if (warmUp && warmUp.sample.counts.ok === 0 && warmUp.sample.errors.length > 0) {
      return this.failed(`no answer was as expected: ${errorsText(warmUp.sample)}`)
    }
    if (warmUp?.drifting) this.#warn(notSteady(settings.warmupSeconds))

    this.#stage = 'measure'
    const capacity = this.#known() ?? (await this.#measureCapacity(plan))
    if ('state' in capacity) return capacity

    this.#stage = 'latency'
    const { connections: _, ...common } = plan
    const { throughput } = capacity.summary
    const load = latencyLoad(
      this.#latencySettings(),
      ownStages,
      common,
      Math.min(throughput, this.#context.lowestCapacity ?? throughput),
      this.#context.earlierLatency,
    )
    try {
      const latency = load && (await measureKeepingUp(load, (at) => this.#measureLatency(at), this.#warn))
      if (latency && 'state' in latency) return latency
      if (settings.latency && !latency) this.#warn('no latency: there is no capacity to take a share of')
      const slo = evaluateSlos(this.#planned.slos, capacity, latency)
      return { state: 'completed', ...capacity, latency, slo, warnings: this.#warnings }
    } catch (error) {
      if (!this.#context.signal.aborted) throw error
      this.#warn('interrupted before its latency was measured')
      return { state: 'completed', ...capacity, latency: null, slo: [], warnings: this.#warnings }
    }
  }

  /** With the scenario's own rate, where it has one. */
  #latencySettings(): RunSettings {
    const { settings } = this.#context
    const { rate } = this.#planned.info
    return rate !== undefined && settings.latency
      ? { ...settings, latency: { ...settings.latency, rate, share: null } }
      : settings
  }

  failed(error: string): Outcome {
    const log = this.#booted.lastLogLines(LOG_LINES)
    return { state: 'failed', stage: this.#stage, error, log, sample: this.#sample }
  }

  async #plan(): Promise<Omit<LoadPlan, 'durationSeconds'>> {
    const { settings } = this.#context
    const seed = seedOf(settings.seed, this.#ref.index)
    return await scenarioLoad(this.#planned, this.#booted.url, { settings, seed }, this.#signal)
  }

  #known(): Capacity | null {
    const { measured } = this.#context
    if (!measured) return null
    const { sample, summary, server, validity, warnings } = measured
    for (const text of warnings) if (!this.#warnings.includes(text)) this.#warn(text)
    return { sample, summary, server, validity }
  }

  async #measureCapacity(plan: Omit<LoadPlan, 'durationSeconds'>): Promise<Capacity | Outcome> {
    const { settings, engine, events } = this.#context
    events.onPhase?.(this.#ref, 'measure', settings.durationSeconds)
    const { sample, server } = await this.#watched((beforeStart) =>
      engine.run(
        { ...plan, durationSeconds: settings.durationSeconds },
        { ...this.#io('measure'), beforeStart },
      ),
    )
    const problem = this.#problemOf(sample, true)
    if (problem) return problem
    const summary = summarize(sample, server)
    return { sample, summary, server, validity: judge(sample, summary, server, plan.connections) }
  }

  async #measureLatency(load: LatencyLoad): Promise<LatencyPhase | Outcome> {
    const { openEngine, events } = this.#context
    events.onPhase?.(this.#ref, 'latency', scheduleSeconds(load.plan), load.rate)
    const { sample, server } = await this.#watched((beforeStart) =>
      openEngine.run(load.plan, { ...this.#io('latency'), beforeStart }),
    )
    const phase = latencyPhase(load, sample, server)
    const problem = this.#problemOf(phase.sample, shouldAnswerToTheEnd(load))
    if (problem) return problem
    return phase
  }

  #watched(load: (beforeStart: () => Promise<void>) => Promise<Sample>) {
    const context = {
      observer: this.#context.observer,
      settle: this.#settle,
      signal: this.#signal,
      warn: this.#warn,
      onSample: (at: number, readings: readonly Reading[]) =>
        this.#context.events.onServer?.(this.#ref, at, readings),
    }
    return watchedLoad(this.#booted, context, load)
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
  #problemOf(sample: Sample, toTheEnd: boolean): Outcome | null {
    this.#context.signal.throwIfAborted()
    this.#sample = sample
    if (this.obituary) return this.failed(`${this.obituary} ${seconds(sample.durationUs)} into measuring`)
    const silentAt = toTheEnd ? stoppedAnsweringAt(sample) : null
    if (silentAt === null) return null
    const when = `the service gave no good answer from ${silentAt.toFixed(1)} s of ${seconds(sample.durationUs)} on`
    return this.failed(`${when}: ${errorsText(sample)}`)
  }

  #checkAlive(): void {
    this.#context.signal.throwIfAborted()
    if (this.obituary) throw new Error(this.obituary)
  }
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`
}
