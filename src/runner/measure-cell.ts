import type { Engine } from '../engine/engine.js'
import { messageOf } from '../model/errors.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { Outcome, RunSettings, Stage } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import type { Variables } from '../model/scenario.js'
import { unknownTemplateNames } from '../model/template.js'
import type { Observer, WatchedTree } from '../observe/observer.js'
import { seedOf } from '../stats/random.js'
import { summarize } from '../stats/summarize.js'
import { judge } from '../stats/validity.js'
import type { Booted, PlannedScenario } from './booted.js'
import type { CellRef, RunEvents } from './events.js'
import { setupApi } from './setup-api.js'
import { describeErrors, stoppedAnsweringAt } from './silence.js'
import { isSteady, SECONDS_TO_TELL, WARM_UP_LIMIT } from './steady.js'

const LOG_LINES = 12

export interface MeasureContext {
  readonly engine: Engine
  readonly observer: Observer
  /** Waits until a service has finished what a load left behind; false when it never did. */
  readonly settle: (trees: readonly WatchedTree[], signal: AbortSignal) => Promise<boolean>
  readonly settings: RunSettings
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly events: RunEvents
}

/** Sets up, warms up and measures one scenario against a service that is up. Never throws but when interrupted. */
export async function measureCell(
  booted: Booted,
  { scenario, info }: PlannedScenario,
  ref: CellRef,
  context: MeasureContext,
): Promise<Outcome> {
  const death = new AbortController()
  let obituary = ''
  void booted.died.then((exit) => {
    obituary = `process "${exit.process}" ended by itself (${exit.signal ?? `exit code ${exit.code}`})`
    death.abort()
  })
  const signal = AbortSignal.any([context.signal, death.signal])
  const { settings, events } = context
  let stage: Stage = 'setup'
  const failed = (error: string, sample: Sample | null = null): Outcome => ({
    state: 'failed',
    stage,
    error,
    log: booted.lastLogLines(LOG_LINES),
    sample,
  })

  try {
    events.onPhase?.(ref, 'setup', 0)
    const values = await valuesOf({ scenario, info }, booted.url, signal)
    const plan: Omit<LoadPlan, 'durationSeconds'> = {
      baseUrl: booted.url,
      steps: scenario.steps,
      variables: scenario.variables ?? {},
      values,
      connections: info.connections,
      timeoutSeconds: info.timeoutSeconds,
      generators: Math.min(settings.generators, info.connections),
      ...(settings.affinity ? { cpus: settings.affinity.generator } : {}),
      seed: seedOf(settings.seed, ref.index),
    }

    stage = 'warm-up'
    await context.settle(booted.trees, signal)
    const warmUp = await warmUpService(plan, ref, context, signal)
    context.signal.throwIfAborted()
    if (obituary) return failed(obituary)
    if (warmUp && warmUp.sample.counts.ok === 0 && warmUp.sample.errors.length > 0) {
      return failed(`no answer was as expected: ${describeErrors(warmUp.sample)}`)
    }

    stage = 'measure'
    const quiet = await context.settle(booted.trees, signal)
    events.onPhase?.(ref, 'measure', settings.durationSeconds)
    const watch = await context.observer.watch({
      trees: booted.trees,
      workers: booted.workers ? { url: booted.url, ...booted.workers } : null,
    })
    const sample = await context.engine.run(
      { ...plan, durationSeconds: settings.durationSeconds },
      { signal, env: context.leaseEnv, onTick: (tick) => events.onTick?.(ref, 'measure', tick) },
    )
    const server = await watch.stop()
    context.signal.throwIfAborted()
    if (obituary) return failed(`${obituary} ${seconds(sample.durationUs)} into measuring`, sample)
    const silentAt = stoppedAnsweringAt(sample)
    if (silentAt !== null) {
      const when = `the service gave no good answer from ${silentAt.toFixed(1)} s of ${seconds(sample.durationUs)} on`
      return failed(`${when}: ${describeErrors(sample)}`, sample)
    }

    const summary = summarize(sample, server)
    const warnings = warmUp?.drifting ? [notSteady(settings.warmupSeconds)] : []
    if (!quiet) warnings.push('the service was still busy, without any load, when measuring began')
    if (server.workers && server.workers.changed > 0) {
      warnings.push(
        `${server.workers.changed} workers came or went while measuring, or did not answer in time`,
      )
    }
    if (server.workers?.unknown) warnings.push(`requests per worker unknown: ${server.workers.unknown}`)
    const validity = judge(sample, summary, server, info.connections)
    return { state: 'completed', sample, summary, server, validity, latency: null, slo: [], warnings }
  } catch (error) {
    context.signal.throwIfAborted()
    return failed(obituary || messageOf(error))
  }
}

async function valuesOf({ scenario }: PlannedScenario, url: string, signal: AbortSignal): Promise<Variables> {
  const values = scenario.setup ? await scenario.setup(setupApi(url, signal)) : {}
  const unknown = unknownTemplateNames(scenario, Object.keys(values))
  if (unknown.length > 0) {
    throw new Error(`the scenario uses ${unknown.map((n) => `{{${n}}}`).join(', ')}, which nothing sets`)
  }
  return values
}

/** Null where no warm-up is wanted. */
async function warmUpService(
  plan: Omit<LoadPlan, 'durationSeconds'>,
  ref: CellRef,
  { engine, settings, events, leaseEnv }: MeasureContext,
  signal: AbortSignal,
): Promise<{ sample: Sample; drifting: boolean } | null> {
  const minimum = settings.warmupSeconds
  if (minimum === 0) return null
  events.onPhase?.(ref, 'warm-up', minimum)
  const enough = new AbortController()
  const perSecond: number[] = []
  let before = 0
  const sample = await engine.run(
    { ...plan, durationSeconds: WARM_UP_LIMIT * minimum },
    {
      signal: AbortSignal.any([signal, enough.signal]),
      env: leaseEnv,
      onTick(tick) {
        events.onTick?.(ref, 'warm-up', tick)
        perSecond.push(tick.ok - before)
        before = tick.ok
        const hopeless = tick.ok === 0 && tick.errors > 0
        if (tick.elapsedSeconds >= minimum && (hopeless || isSteady(perSecond))) enough.abort()
      },
    },
  )
  return { sample, drifting: perSecond.length >= SECONDS_TO_TELL && !isSteady(perSecond) }
}

function notSteady(minimum: number): string {
  return `throughput was still drifting after ${WARM_UP_LIMIT * minimum} s of warm-up`
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`
}
