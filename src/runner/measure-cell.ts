import type { Engine, EngineIo, OpenEngine } from '../engine/engine.js'
import { messageOf } from '../model/errors.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { OwnStages } from '../model/profile-base.js'
import type {
  CompletedOutcome,
  LatencyPhase,
  Outcome,
  RunSettings,
  ServerTruth,
  Stage,
} from '../model/run.js'
import type { Sample } from '../model/sample.js'
import type { Observer, Watch, WatchedTree } from '../observe/observer.js'
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
  lighterLoad,
  scheduleSeconds,
  shouldAnswerToTheEnd,
} from './latency-phase.js'
import { scenarioValues } from './scenario-values.js'
import { describeErrors, stoppedAnsweringAt } from './silence.js'
import { notSteady, warmUpService } from './warm-up.js'

const LOG_LINES = 12

export interface MeasureContext {
  readonly engine: Engine
  readonly openEngine: OpenEngine
  readonly observer: Observer
  /** Waits until a service has finished what a load left behind; false when it never did. */
  readonly settle: (trees: readonly WatchedTree[], signal: AbortSignal) => Promise<boolean>
  readonly settings: RunSettings
  /** Of the profile `stages`. */
  readonly ownStages: OwnStages | null
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly events: RunEvents
}

/**
 * Sets up, warms up and measures one scenario against a service that is up: what it can serve in a closed loop, then
 * how long it takes under an open one. Never throws but when interrupted.
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
    await this.#context.settle(this.#booted.trees, this.#signal)
    const warmUp = await warmUpService(plan, this.#ref, this.#context, this.#signal)
    this.#checkAlive()
    if (warmUp && warmUp.sample.counts.ok === 0 && warmUp.sample.errors.length > 0) {
      return this.failed(`no answer was as expected: ${describeErrors(warmUp.sample)}`)
    }
    if (warmUp?.drifting) this.#warnings.push(notSteady(settings.warmupSeconds))

    this.#stage = 'measure'
    const capacity = await this.#measureCapacity(plan)
    if ('state' in capacity) return capacity

    this.#stage = 'latency'
    const { connections: _, ...common } = plan
    const load = latencyLoad(settings, ownStages, common, capacity.summary.throughput)
    const latency = load && (await this.#measureLatencyInTime(load))
    if (latency && 'state' in latency) return latency
    if (settings.latency && !latency)
      this.#warnings.push('no latency: there is no capacity to take a share of')
    const slo = evaluateSlos(this.#planned.slos, capacity, latency)
    return { state: 'completed', ...capacity, latency, slo, warnings: this.#warnings }
  }

  failed(error: string): Outcome {
    const log = this.#booted.lastLogLines(LOG_LINES)
    return { state: 'failed', stage: this.#stage, error, log, sample: this.#sample }
  }

  async #plan(): Promise<Omit<LoadPlan, 'durationSeconds'>> {
    const { settings } = this.#context
    const { scenario, info, rows } = this.#planned
    return {
      baseUrl: this.#booted.url,
      steps: scenario.steps,
      variables: scenario.variables ?? {},
      values: await scenarioValues(this.#planned, this.#booted.url, this.#signal),
      connections: info.connections,
      timeoutSeconds: info.timeoutSeconds,
      generators: Math.min(settings.generators, info.connections),
      ...(settings.affinity ? { cpus: settings.affinity.generator } : {}),
      ...(rows ? { rows } : {}),
      seed: seedOf(settings.seed, this.#ref.index),
    }
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
    this.#noteWorkers(server)
    const summary = summarize(sample, server)
    return { sample, summary, server, validity: judge(sample, summary, server, plan.connections) }
  }

  /** At a lower rate where the generator cannot keep up with the one that was meant. */
  async #measureLatencyInTime(meant: LatencyLoad): Promise<LatencyPhase | Outcome> {
    let load = meant
    for (let halvings = 0; ; halvings++) {
      const phase = await this.#measureLatency(load)
      const lighter = 'state' in phase ? null : lighterLoad(load, phase, halvings)
      if (!lighter) return phase
      this.#warnings.push(
        `the load generator cannot send ${Math.round(load.rate)}/s on time: latency is at half of that`,
      )
      load = lighter
    }
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
    this.#noteWorkers(phase.server)
    return phase
  }

  /** Loads a service that is quiet, under watch from the moment at which the load is to begin. */
  async #watched(
    load: (beforeStart: () => Promise<void>) => Promise<Sample>,
  ): Promise<{ sample: Sample; server: ServerTruth }> {
    const watches: Watch[] = []
    try {
      const sample = await load(async () => {
        watches.push(await this.#watch())
      })
      const server = await watches.pop()?.stop()
      if (!server) throw new Error('the load ended before it had begun')
      return { sample, server }
    } finally {
      for (const watch of watches) await watch.stop()
    }
  }

  async #watch(): Promise<Watch> {
    const { trees, workers, url, databaseUrl } = this.#booted
    if (!(await this.#context.settle(trees, this.#signal))) {
      this.#warnings.push('the service was still busy, without any load, when measuring began')
    }
    return this.#context.observer.watch({
      trees,
      workers: workers ? { url, ...workers } : null,
      ...(databaseUrl ? { databaseUrl } : {}),
    })
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
    return this.failed(`${when}: ${describeErrors(sample)}`)
  }

  #checkAlive(): void {
    this.#context.signal.throwIfAborted()
    if (this.obituary) throw new Error(this.obituary)
  }

  #noteWorkers({ workers }: ServerTruth): void {
    if (workers && workers.changed > 0) {
      this.#warnings.push(
        `${workers.changed} workers came or went while measuring, or did not answer in time`,
      )
    }
    if (workers?.unknown) this.#warnings.push(`requests per worker unknown: ${workers.unknown}`)
  }
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`
}
