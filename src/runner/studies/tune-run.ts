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
import { conduct, type Kept, type Next, type Study } from './conduct.js'
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
  const formula = plan.result.candidates.find(({ isFormula }) => isFormula) ?? plan.result.candidates[0]!
  const fitted = fitScenario(plan.scenario, plan.levelOf(formula).level)
  if ('state' in fitted) throw new UserError(fitted.reason)
  return await conduct(plan.result, new TuneStudy({ ...plan, scenario: fitted }, parts), parts)
}

type MeasureStep = Extract<TuneStep, { kind: 'measure' }>
type PairStep = Extract<TuneStep, { kind: 'pair' }>
type Compared = Pick<TunePair, 'cell' | 'inTurn' | 'error'>
type Keeping = Kept<TuneResult>

class TuneStudy implements Study<TuneResult, MeasureStep | PairStep> {
  readonly #plan: TuneRunPlan
  readonly #parts: TuneParts

  constructor(plan: TuneRunPlan, parts: TuneParts) {
    this.#plan = plan
    this.#parts = parts
  }

  next(result: TuneResult): Next<TuneResult, MeasureStep | PairStep> {
    const step = nextTuneStep(result)
    return step.kind === 'verdict' ? { end: { verdict: step.verdict } } : { step }
  }

  /** Every boot, alone or in a pair, tells what the level runs on. */
  #boot(kept: Keeping): Boot {
    return async (level, label, signal) => {
      const booted = await this.#parts.boot(level, label, signal)
      kept.note({ level: bootedAs(kept.record.level, booted) })
      return booted
    }
  }

  async take(step: MeasureStep | PairStep, kept: Keeping): Promise<undefined> {
    const startedAt = new Date().toISOString()
    const began = performance.now()
    const elapsed = () => (performance.now() - began) / 1_000
    const { measurements, pairs } = kept.record
    if (step.kind === 'measure') {
      const { candidate, round } = step
      const label = `${candidate}-${measurements.length + 1}`
      const outcome = await this.#alone(kept, { candidate, seconds: step.seconds, repeat: round, label })
      const measurement = { candidate, round, startedAt, elapsedSeconds: elapsed(), outcome }
      await kept.save({ measurements: [...measurements, measurement] })
      this.#parts.onMeasured(measurement)
    } else {
      const { candidate, reference } = step
      const compared = await this.#compare(kept, step)
      const pair = { candidate, reference, startedAt, elapsedSeconds: elapsed(), ...compared }
      await kept.save({ pairs: [...pairs, pair] })
      this.#parts.onPair(pair)
    }
  }

  /** A fresh boot of a candidate, measured by itself. */
  async #alone(
    kept: Keeping,
    {
      candidate,
      seconds,
      repeat,
      label,
    }: { candidate: string; seconds: number; repeat: number; label: string },
  ): Promise<Outcome> {
    const { signal } = this.#parts
    const { scenario } = this.#plan
    const { candidates, measurements, pairs, settings } = kept.record
    const level = this.#plan.levelOf(candidateOf(candidates, candidate))
    return await withService(level, { ...this.#parts, boot: this.#boot(kept) }, async (service) => {
      let booted: Booted
      try {
        booted = await service.up(label)
      } catch (error) {
        signal.throwIfAborted()
        return bootFailure(error)
      }
      const index = measurements.length + pairs.length + 1
      const ref = { level: level.info, scenario: scenario.info.name, repeat, index, of: index }
      const outcome = await measureCell(booted, scenario, ref, {
        ...this.#parts,
        settings: { ...settings, durationSeconds: seconds, latency: null },
        ownStages: null,
      })
      signal.throwIfAborted()
      return outcome
    })
  }

  async #compare(kept: Keeping, step: PairStep): Promise<Compared> {
    const { candidates } = kept.record
    const [own, other] = [step.candidate, step.reference].map((key) => candidateOf(candidates, key))
    return own?.workers === other?.workers
      ? await this.#sideBySide(kept, step)
      : await this.#inTurn(kept, step)
  }

  async #inTurn(kept: Keeping, { candidate, reference, index }: PairStep): Promise<Compared> {
    const { plan, settings } = kept.record
    const { slices: seconds } = plan.pairLoad
    const measure = (key: string) =>
      this.#alone(kept, { candidate: key, seconds, repeat: index, label: `pair${index}-${key}` })
    if (randomOf(seedOf(settings.seed, index))() < 0.5) {
      const base = await measure(reference)
      return { cell: null, inTurn: { base, head: await measure(candidate) }, error: null }
    }
    const head = await measure(candidate)
    return { cell: null, inTurn: { base: await measure(reference), head }, error: null }
  }

  async #sideBySide(kept: Keeping, { candidate, reference, index }: PairStep): Promise<Compared> {
    const { settle, signal, leaseEnv, duet } = this.#parts
    const { candidates, plan, settings } = kept.record
    const boot = this.#boot(kept)
    const levelOf = (key: string) => this.#plan.levelOf(candidateOf(candidates, key))
    try {
      const block = await measureBlock(
        index,
        { seed: settings.seed, load: plan.pairLoad },
        {
          levels: { base: levelOf(reference), head: levelOf(candidate) },
          scenarios: [this.#plan.scenario],
          generatorCpus: settings.affinity?.generator ?? null,
        },
        {
          ...duet,
          boot: (_, level, label, aborted) => boot(level, `pair-${label}`, aborted),
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
