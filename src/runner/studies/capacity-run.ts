import { judgeProbe } from '../../ladder/judge-probe.js'
import { kneeOf } from '../../ladder/knee.js'
import { probeSeconds } from '../../ladder/probe-length.js'
import { type NextProbe, nextProbe } from '../../ladder/search.js'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { LatencyPhase } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import type { CapacityResult, CapacityVerdict, Probe, SearchPlan } from '../../model/studies/capacity.js'
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
import { conduct, type Kept, type Next, type Study } from './conduct.js'
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
  const fitted = fitScenario(plan.scenario, plan.level.level)
  if ('state' in fitted) throw new UserError(fitted.reason)
  return await withService(plan.level, parts, (service) =>
    conduct(plan.result, new CapacityStudy({ ...plan, scenario: fitted }, parts, service), parts),
  )
}

type Common = Omit<LoadPlan, 'durationSeconds' | 'connections'>
type Keeping = Kept<CapacityResult>

class CapacityStudy implements Study<CapacityResult, NextProbe> {
  readonly #plan: CapacityPlan
  readonly #parts: CapacityParts
  readonly #service: Service
  readonly #ref: CellRef
  #common: Common | null = null

  constructor(plan: CapacityPlan, parts: CapacityParts, service: Service) {
    this.#plan = plan
    this.#parts = parts
    this.#service = service
    this.#ref = { level: plan.level.info, scenario: plan.scenario.info.name, repeat: 1, index: 1, of: 1 }
  }

  next({ search, probes }: CapacityResult): Next<CapacityResult, NextProbe> {
    const next = nextProbe(search, probes)
    if ('probe' in next) return { step: next.probe }
    return { end: { verdict: withCause(next.verdict, probes), knee: kneeOf(probes) } }
  }

  /** @throws UserError where a service that was booted again answers nothing as expected */
  async take(step: NextProbe, kept: Keeping): Promise<Partial<CapacityResult> | undefined> {
    const { probes } = kept.record
    if (this.#service.current === null) {
      const cause = await this.#bootAndWarmUp(kept)
      if (cause !== null && probes.length > 0) throw new UserError(`after another boot of the level ${cause}`)
      if (cause !== null) return { verdict: unanswered(cause) }
    }
    // The warm-up tells where the first is to be.
    const first = probes.length === 0 ? nextProbe(kept.record.search, probes) : { probe: step }
    const probe = await this.#probe('probe' in first ? first.probe : step, kept)
    await kept.save({ probes: [...probes, probe] })
    this.#parts.onProbed(probe)
    return undefined
  }

  /** @returns what came instead where not one answer was as expected, else null */
  async #bootAndWarmUp(kept: Keeping): Promise<string | null> {
    const { level, scenario, start } = this.#plan
    const { signal, settle } = this.#parts
    const { settings, probes } = kept.record
    const booted = await this.#service.up(`${level.info.key}-${probes.length + 1}`)
    kept.note({ level: bootedAs(kept.record.level, booted) })
    const load = await scenarioLoad(scenario, booted.url, { settings, seed: settings.seed }, signal)
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
    if (drifting) kept.warn(notSteady(settings.warmupSeconds))
    if (start === null && probes.length === 0) kept.note({ search: startingFrom(sample, kept.record.search) })
    return null
  }

  async #probe({ rate, kind, length }: NextProbe, kept: Keeping): Promise<Probe> {
    const { settings, search, probes } = kept.record
    const { slos } = this.#plan.scenario
    const least = settings.durationSeconds
    const seconds = length * probeSeconds(rate, slos, { least, resolution: search.resolution })
    const index = probes.length + 1
    this.#parts.onProbe(index, rate, seconds)
    const of = { index, kind, rate, length, seconds, startedAt: new Date().toISOString() }
    const booted = this.#service.current as Booted
    const watch = new DeathWatch([booted], this.#parts.signal)
    try {
      const phase = await this.#measure(kept, { booted, rate, seconds, index }, watch.signal)
      this.#parts.signal.throwIfAborted()
      const isSilent = phase.sample.counts.ok === 0 ? { unanswered: true } : {}
      if (!watch.death) return { ...of, ...judged(phase, slos), ...isSilent, phase }
    } catch (error) {
      this.#parts.signal.throwIfAborted()
      if (!watch.death) throw error
    }
    await this.#service.drop()
    const why = [`the service died: ${watch.death.text}`]
    return { ...of, outcome: 'failed', distance: 'far', timesLimit: null, why, slo: [], phase: null }
  }

  async #measure(
    { record: { settings }, warn }: Keeping,
    { booted, rate, seconds, index }: { booted: Booted; rate: number; seconds: number; index: number },
    signal: AbortSignal,
  ): Promise<LatencyPhase> {
    const { openEngine, observer, settle, leaseEnv, events } = this.#parts
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
    const context = { observer, settle, signal, warn }
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

function withCause(verdict: CapacityVerdict, probes: readonly Probe[]): CapacityVerdict {
  const why = probes.at(-1)?.why[0]
  const isSilent = verdict.state === 'unanswered' && why !== undefined
  return isSilent ? { ...verdict, reason: `${verdict.reason}: ${why}` } : verdict
}

/** Where a rate that is sure to be near is known, fewer probes are needed. */
function startingFrom({ counts, durationUs }: Sample, search: SearchPlan): SearchPlan {
  const guess = Number(((START_SHARE * counts.ok) / (durationUs / 1e6)).toPrecision(4))
  return { ...search, start: Math.min(search.highest, Math.max(search.lowest, guess)) }
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
