import { judgeProbe } from '../../ladder/judge-probe.js'
import { kneeOf } from '../../ladder/knee.js'
import { probeSeconds } from '../../ladder/probe-length.js'
import { type NextProbe, nextProbe } from '../../ladder/search.js'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { LatencyPhase } from '../../model/run/outcome.js'
import type { CapacityResult, CapacityVerdict, Probe } from '../../model/studies/capacity.js'
import { seedOf } from '../../stats/estimate/random.js'
import { errorsText } from '../../stats/validity/errors-text.js'
import { nobodyIn } from '../../stats/validity/log-ins.js'
import { silentFromSecond } from '../../stats/validity/silence.js'
import { worse } from '../../stats/validity/validity-capacity.js'
import { generatorLimits } from '../../stats/validity/validity-errors.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Booted, PlannedLevel, PlannedScenario } from '../cell/booted.js'
import type { CellRef } from '../cell/events.js'
import { fitScenario } from '../cell/fit-scenario.js'
import { LEAD_IN_SECONDS, latencyPhase } from '../cell/latency-phase.js'
import { leftoversOf } from '../cell/leftovers.js'
import { scenarioLoad } from '../cell/scenario-load.js'
import { notSteady, warmUpService } from '../cell/warm-up.js'
import { watchedLoad } from '../cell/watched-load.js'
import { bootedAs, DeathWatch, type Service, withService } from '../cell/with-service.js'
import type { RunParts } from './run-plan.js'

/** The first rate, as a share of what the closed loop of the warm-up was served. */
const START_SHARE = 0.7

export interface CapacityPlan {
  readonly result: CapacityResult
  readonly level: PlannedLevel
  readonly scenario: PlannedScenario
  /** The first rate, where it was given; else the warm-up tells. */
  readonly start: number | null
}

export interface CapacityParts extends Omit<RunParts, 'save' | 'ownStages'> {
  save(result: CapacityResult): Promise<void>
  onProbe(index: number, rate: number, seconds: number): void
  onProbed(probe: Probe): void
}

/**
 * Boots the level, warms it up, and probes until the search has its verdict; a service that died is booted again. An
 * interruption keeps the finished probes, without a verdict.
 * @throws UserError where the scenario does not fit the level
 */
export async function runCapacity(plan: CapacityPlan, parts: CapacityParts): Promise<CapacityResult> {
  return await new CapacityRun(plan, parts).run()
}

type Common = Omit<LoadPlan, 'durationSeconds' | 'connections'>

class CapacityRun {
  readonly #plan: CapacityPlan
  readonly #parts: CapacityParts
  readonly #scenario: PlannedScenario
  readonly #ref: CellRef
  #result: CapacityResult
  #common: Common | null = null

  constructor(plan: CapacityPlan, parts: CapacityParts) {
    const fitted = fitScenario(plan.scenario, plan.level.level)
    if ('state' in fitted) throw new UserError(fitted.reason)
    this.#plan = plan
    this.#parts = parts
    this.#scenario = fitted
    this.#result = plan.result
    this.#ref = { level: plan.level.info, scenario: fitted.info.name, repeat: 1, index: 1, of: 1 }
  }

  async run(): Promise<CapacityResult> {
    try {
      await this.#save({})
      const verdict = await withService(this.#plan.level, this.#parts, async (service) => {
        const cause = await this.#bootAndWarmUp(service)
        return cause === null ? await this.#search(service) : unanswered(cause)
      })
      await this.#save({ state: 'completed', verdict, knee: kneeOf(this.#result.probes) })
    } catch (error) {
      const { aborted } = this.#parts.signal
      await this.#save({ state: aborted ? 'interrupted' : 'failed' })
      if (!aborted) throw error
    } finally {
      await this.#save({ finishedAt: new Date().toISOString() })
    }
    return this.#result
  }

  /** @throws UserError where a service that was booted again answers nothing as expected */
  async #search(service: Service): Promise<CapacityVerdict> {
    for (;;) {
      const next = nextProbe(this.#result.search, this.#result.probes)
      if ('verdict' in next) return this.#withCause(next.verdict)
      const cause = service.current ? null : await this.#bootAndWarmUp(service)
      if (cause !== null) throw new UserError(`after its death and another boot ${cause}`)
      const probe = await this.#probe(next.probe, service)
      await this.#save({ probes: [...this.#result.probes, probe] })
      this.#parts.onProbed(probe)
    }
  }

  #withCause(verdict: CapacityVerdict): CapacityVerdict {
    const why = this.#result.probes.at(-1)?.why[0]
    const isSilent = verdict.state === 'unanswered' && why !== undefined
    return isSilent ? { ...verdict, reason: `${verdict.reason}: ${why}` } : verdict
  }

  async #save(changes: Partial<CapacityResult>): Promise<void> {
    this.#result = { ...this.#result, ...changes }
    await this.#parts.save(this.#result)
  }

  readonly #warn = (text: string): void => {
    const { warnings } = this.#result
    if (!warnings.includes(text)) this.#result = { ...this.#result, warnings: [...warnings, text] }
  }

  /** @returns what came instead where not one answer was as expected, else null */
  async #bootAndWarmUp(service: Service): Promise<string | null> {
    const { level, start } = this.#plan
    const { signal, settle } = this.#parts
    const { settings } = this.#result
    const booted = await service.up(`${level.info.key}-${this.#result.probes.length + 1}`)
    this.#result = { ...this.#result, level: bootedAs(this.#result.level, booted) }
    const load = await scenarioLoad(this.#scenario, booted.url, { settings, seed: settings.seed }, signal)
    this.#common = load
    await settle(booted.trees, signal)
    const warmUp = await warmUpService(load, this.#ref, { ...this.#parts, settings }, signal, booted.quota)
    signal.throwIfAborted()
    if (!warmUp) return null
    const { sample, drifting } = warmUp
    leftoversOf(booted).note(sample)
    const [limit] = generatorLimits(sample)
    if (sample.counts.ok === 0 && limit) throw new UserError(limit.evidence, ExitCode.Invalid)
    if (sample.counts.ok === 0) return nobodyIn(sample) ?? `no answer was as expected: ${errorsText(sample)}`
    if (drifting) this.#warn(notSteady(settings.warmupSeconds))
    if (start === null && this.#result.probes.length === 0) this.#startFrom(sample)
    return null
  }

  /** Where a rate that is sure to be near is known, fewer probes are needed. */
  #startFrom({ counts, durationUs }: { counts: { ok: number }; durationUs: number }): void {
    const { search } = this.#result
    const guess = Number(((START_SHARE * counts.ok) / (durationUs / 1e6)).toPrecision(4))
    const start = Math.min(search.highest, Math.max(search.lowest, guess))
    this.#result = { ...this.#result, search: { ...search, start } }
  }

  async #probe({ rate, kind, length }: NextProbe, service: Service): Promise<Probe> {
    const { settings, search, probes } = this.#result
    const { slos } = this.#scenario
    const least = settings.durationSeconds
    const seconds = length * probeSeconds(rate, slos, { least, resolution: search.resolution })
    const index = probes.length + 1
    this.#parts.onProbe(index, rate, seconds)
    const of = { index, kind, rate, length, seconds, startedAt: new Date().toISOString() }
    const booted = service.current as Booted
    const watch = new DeathWatch([booted], this.#parts.signal)
    try {
      const phase = await this.#measure(booted, rate, seconds, index, watch.signal)
      this.#parts.signal.throwIfAborted()
      const isSilent = phase.sample.counts.ok === 0 ? { unanswered: true } : {}
      if (!watch.death) return { ...of, ...judged(phase, slos), ...isSilent, phase }
    } catch (error) {
      this.#parts.signal.throwIfAborted()
      if (!watch.death) throw error
    }
    await service.drop()
    const why = [`the service died: ${watch.death.text}`]
    return { ...of, outcome: 'failed', distance: 'far', timesLimit: null, why, slo: [], phase: null }
  }

  async #measure(
    booted: Booted,
    rate: number,
    seconds: number,
    index: number,
    signal: AbortSignal,
  ): Promise<LatencyPhase> {
    const { openEngine, observer, settle, leaseEnv, events } = this.#parts
    const { settings } = this.#result
    const { arrival, maxConnections } = settings.latency ?? { arrival: 'uniform' as const, maxConnections: 1 }
    const plan = {
      ...(this.#common as Common),
      seed: seedOf(settings.seed, index),
      generators: Math.min(settings.generators, maxConnections),
      arrival,
      maxConnections,
      leadInSeconds: LEAD_IN_SECONDS,
      stages: [{ seconds, from: rate, to: rate }],
    }
    const context = { observer, settle, signal, warn: this.#warn }
    const leftovers = leftoversOf(booted)
    const left = await leftovers.wait(seconds, signal)
    const { sample, server } = await watchedLoad(booted, context, (on) =>
      openEngine.run(plan, {
        signal,
        env: leaseEnv,
        onTick: (tick) => events.onTick?.(this.#ref, 'latency', tick),
        ...on,
      }),
    )
    leftovers.note(sample)
    const phase = latencyPhase({ profile: 'steady', rate, share: null, plan }, sample, server)
    return left === null ? phase : { ...phase, validity: worse(phase.validity, 'noisy', left) }
  }
}

function unanswered(cause: string): CapacityVerdict {
  return { state: 'unanswered', low: null, high: null, reason: `in the warm-up ${cause}` }
}

/** A service that gave no more answers failed, whatever the objectives say of those before. */
function judged(phase: LatencyPhase, slos: PlannedScenario['slos']) {
  const verdict = judgeProbe(phase, slos)
  const silentAt = silentFromSecond(phase.sample)
  if (verdict.outcome === 'invalid' || silentAt === null) return verdict
  const why = [...verdict.why, `no good answer from ${silentAt.toFixed(1)} s on`]
  return { ...verdict, outcome: 'failed' as const, distance: 'far' as const, timesLimit: null, why }
}
