import { candidateOf, nextTuneStep, type TuneStep } from '../../ladder/tune-step.js'
import type { Outcome } from '../../model/run/outcome.js'
import type { TuneCandidate, TuneMeasurement, TunePair, TuneResult } from '../../model/studies/tune.js'
import { randomOf, seedOf } from '../../stats/estimate/random.js'
import { messageOf, UserError } from '../../words/errors.js'
import { type BlockParts, measureBlock } from '../blocks/arms-block.js'
import type { Boot, Booted, PlannedLevel, PlannedScenario } from '../cell/booted.js'
import { fitScenario } from '../cell/fit-scenario.js'
import { measureCell } from '../cell/measure-cell.js'
import { bootedAs, bootFailure, withService } from '../cell/with-service.js'
import type { RunParts } from './run-plan.js'

export interface TuneRunPlan {
  readonly result: TuneResult
  readonly scenario: PlannedScenario
  /** The level with the candidate's workers and pool. */
  levelOf(candidate: TuneCandidate): PlannedLevel
}

export interface TuneParts extends Omit<RunParts, 'save' | 'ownStages'> {
  /** Of the pairs. */
  readonly duet: Pick<BlockParts, 'engine' | 'treeCpu' | 'watchSteal'>
  save(result: TuneResult): Promise<void>
  onMeasured(measurement: TuneMeasurement): void
  onPair(pair: TunePair): void
}

/**
 * Measures candidate after candidate, then pairs of finalists with the reference, until there is a verdict. A candidate
 * that does not boot or last is a finding; an interruption keeps what was measured, without a verdict.
 * @throws UserError where the scenario does not fit the level, or a service beside it does not start
 */
export async function runTune(plan: TuneRunPlan, parts: TuneParts): Promise<TuneResult> {
  return await new TuneRun(plan, parts).run()
}

type MeasureStep = Extract<TuneStep, { kind: 'measure' }>
type PairStep = Extract<TuneStep, { kind: 'pair' }>
type Compared = Pick<TunePair, 'cell' | 'inTurn' | 'error'>

class TuneRun {
  readonly #plan: TuneRunPlan
  readonly #parts: TuneParts
  readonly #scenario: PlannedScenario
  #result: TuneResult

  constructor(plan: TuneRunPlan, parts: TuneParts) {
    const formula = plan.result.candidates.find(({ isFormula }) => isFormula) ?? plan.result.candidates[0]!
    const fitted = fitScenario(plan.scenario, plan.levelOf(formula).level)
    if ('state' in fitted) throw new UserError(fitted.reason)
    this.#plan = plan
    this.#parts = parts
    this.#scenario = fitted
    this.#result = plan.result
  }

  async run(): Promise<TuneResult> {
    try {
      await this.#save({})
      for (let step = nextTuneStep(this.#result); step.kind !== 'verdict'; step = nextTuneStep(this.#result))
        await this.#take(step)
      const last = nextTuneStep(this.#result)
      await this.#save({ state: 'completed', verdict: last.kind === 'verdict' ? last.verdict : null })
    } catch (error) {
      const { aborted } = this.#parts.signal
      await this.#save({ state: aborted ? 'interrupted' : 'failed' })
      if (!aborted) throw error
    } finally {
      await this.#save({ finishedAt: new Date().toISOString() })
    }
    return this.#result
  }

  async #save(changes: Partial<TuneResult>): Promise<void> {
    this.#result = { ...this.#result, ...changes }
    await this.#parts.save(this.#result)
  }

  /** Every boot, alone or in a pair, tells what the level runs on. */
  readonly #boot: Boot = async (level, label, signal) => {
    const booted = await this.#parts.boot(level, label, signal)
    this.#result = { ...this.#result, level: bootedAs(this.#result.level, booted) }
    return booted
  }

  async #take(step: MeasureStep | PairStep): Promise<void> {
    const startedAt = new Date().toISOString()
    const began = performance.now()
    const elapsed = () => (performance.now() - began) / 1_000
    const { measurements, pairs } = this.#result
    if (step.kind === 'measure') {
      const { candidate, round } = step
      const outcome = await this.#measure(step)
      const measurement = { candidate, round, startedAt, elapsedSeconds: elapsed(), outcome }
      await this.#save({ measurements: [...measurements, measurement] })
      this.#parts.onMeasured(measurement)
    } else {
      const { candidate, reference } = step
      const compared = await this.#compare(step)
      const pair = { candidate, reference, startedAt, elapsedSeconds: elapsed(), ...compared }
      await this.#save({ pairs: [...pairs, pair] })
      this.#parts.onPair(pair)
    }
  }

  async #measure({ candidate, round, seconds }: MeasureStep): Promise<Outcome> {
    return await this.#alone(
      candidate,
      seconds,
      round,
      `${candidate}-${this.#result.measurements.length + 1}`,
    )
  }

  /** A fresh boot of a candidate, measured by itself. */
  async #alone(candidate: string, seconds: number, repeat: number, label: string): Promise<Outcome> {
    const { signal } = this.#parts
    const { candidates, measurements, pairs, settings } = this.#result
    const level = this.#plan.levelOf(candidateOf(candidates, candidate))
    return await withService(level, { ...this.#parts, boot: this.#boot }, async (service) => {
      let booted: Booted
      try {
        booted = await service.up(label)
      } catch (error) {
        signal.throwIfAborted()
        return bootFailure(error)
      }
      const index = measurements.length + pairs.length + 1
      const ref = { level: level.info, scenario: this.#scenario.info.name, repeat, index, of: index }
      const outcome = await measureCell(booted, this.#scenario, ref, {
        ...this.#parts,
        settings: { ...settings, durationSeconds: seconds, latency: null },
        ownStages: null,
      })
      signal.throwIfAborted()
      return outcome
    })
  }

  async #compare(step: PairStep): Promise<Compared> {
    const { candidates } = this.#result
    const [own, other] = [step.candidate, step.reference].map((key) => candidateOf(candidates, key))
    return own?.workers === other?.workers ? await this.#sideBySide(step) : await this.#inTurn(step)
  }

  async #inTurn({ candidate, reference, index }: PairStep): Promise<Compared> {
    const { plan, settings } = this.#result
    const measure = (key: string) => this.#alone(key, plan.pairLoad.slices, index, `pair${index}-${key}`)
    if (randomOf(seedOf(settings.seed, index))() < 0.5) {
      const base = await measure(reference)
      return { cell: null, inTurn: { base, head: await measure(candidate) }, error: null }
    }
    const head = await measure(candidate)
    return { cell: null, inTurn: { base: await measure(reference), head }, error: null }
  }

  async #sideBySide({ candidate, reference, index }: PairStep): Promise<Compared> {
    const { settle, signal, leaseEnv, duet } = this.#parts
    const { candidates, plan, settings } = this.#result
    const levelOf = (key: string) => this.#plan.levelOf(candidateOf(candidates, key))
    try {
      const block = await measureBlock(
        index,
        { seed: settings.seed, load: plan.pairLoad },
        {
          levels: { base: levelOf(reference), head: levelOf(candidate) },
          scenarios: [this.#scenario],
          generatorCpus: settings.affinity?.generator ?? null,
        },
        {
          ...duet,
          boot: (_, level, label, aborted) => this.#boot(level, `pair-${label}`, aborted),
          settle,
          leaseEnv,
          signal,
          events: {},
        },
      )
      return { cell: block.cells[0] ?? null, inTurn: null, error: null }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UserError)) throw error
      return { cell: null, inTurn: null, error: messageOf(error) }
    }
  }
}
