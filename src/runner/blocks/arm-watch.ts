import type { Sample } from '../../model/run/sample.js'
import { errorsText, kindText } from '../../stats/validity/errors-text.js'
import { nobodyIn } from '../../stats/validity/log-ins.js'
import { generatorLimits } from '../../stats/validity/validity-errors.js'
import { messageOf, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Booted } from '../cell/booted.js'
import { DeathWatch } from '../cell/with-service.js'
import { armFailure, UnansweredByBase } from './arm-failure.js'

type Side = 'base' | 'head'

/** Watches the two services of a block: one that dies or answers wrongly ends it, and is named. */
export class ArmWatch {
  readonly #deaths: DeathWatch<Booted>
  readonly #interrupt: AbortSignal
  readonly #booted: Readonly<Record<Side, Booted>>

  constructor(booted: Readonly<Record<Side, Booted>>, interrupt: AbortSignal) {
    this.#booted = booted
    this.#interrupt = interrupt
    this.#deaths = new DeathWatch([booted.base, booted.head], interrupt)
  }

  /**
   * Measures as long as both live and answer as they should.
   * @throws UserError that names the arm that does not, `UnansweredByBase` where only the base does not; the signal's reason when interrupted.
   */
  async during<T>(
    scenario: string,
    work: (check: (base: Sample, head: Sample) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const check = (base: Sample, head: Sample): void => {
      // Of a generator that could send nothing, neither arm is to blame.
      const [limit] = [base, head].filter(({ counts }) => counts.sent === 0).flatMap(generatorLimits)
      if (limit) throw new UserError(`${scenario}: ${limit.evidence}`, ExitCode.Invalid)
      const [ofBase, ofHead] = [wrongAnswers(base), wrongAnswers(head)]
      if (ofBase !== null && ofHead === null) throw new UnansweredByBase(scenario, ofBase)
      // Of the base first: where both are wrong, the scenario is, or the machine.
      if (ofBase !== null) throw armFailure('base', `${ofBase} (scenario ${scenario})`)
      if (ofHead !== null) throw armFailure('head', `${ofHead} (scenario ${scenario})`)
    }
    try {
      return await work(check, this.#deaths.signal)
    } catch (error) {
      this.#interrupt.throwIfAborted()
      // A service that is gone shows in its answers before its end is told.
      await new Promise((resolve) => setImmediate(resolve))
      this.#throwIfDead()
      if (error instanceof UserError) throw error
      throw new Error(
        `${scenario}, ${this.#booted.base.url} and ${this.#booted.head.url}: ${messageOf(error)}`,
        {
          cause: error,
        },
      )
    }
  }

  #throwIfDead(): void {
    const { death } = this.#deaths
    if (!death) return
    const side = death.of === this.#booted.base ? 'base' : 'head'
    throw armFailure(side, `died while it was measured: ${death.text}`, death.of.lastLogLines(100))
  }
}

/** Other errors are a matter of how many, which the statistics judge; a wrong body is never right. */
function wrongAnswers(sample: Sample): string | null {
  const { ok, sent, badBody } = sample.counts
  const nobody = nobodyIn(sample)
  if (nobody) return `lets nobody in: ${nobody}`
  if (ok === 0) return `does not answer as expected: ${errorsText(sample)}`
  if (badBody === 0) return null
  const example = sample.errors.find(({ what }) => /body|json/i.test(what))
  const detail = example === undefined ? '' : `: ${kindText(example)}`
  return `answers with a wrong body, ${badBody.toLocaleString('en')} of ${sent.toLocaleString('en')} times${detail}`
}
