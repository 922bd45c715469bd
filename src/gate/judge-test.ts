import type { GateMetric } from '../model/studies/gate.js'
import { type Difference, logRatiosOf } from './block-figures.js'
import { earlyLookAt, type Look, lookAt, passes, regresses } from './look.js'
import { earlyLooksOf, liveLooks, type Rules } from './rules.js'

/** One scenario and metric, over the blocks so far. */
export interface Test {
  readonly scenario: string
  readonly metric: GateMetric
  readonly differences: readonly Difference[]
}

/**
 * `canGoOn`: a further look can be reached, which may say something else. `canPass`: one of them may be a pass.
 * `look`: of the blocks that count where they have one, else of all that have a figure.
 */
export type TestState =
  | { readonly verdict: 'regress'; readonly look: Look }
  | { readonly verdict: 'pass'; readonly look: Look; readonly canGoOn: boolean }
  | {
      readonly verdict: 'open'
      readonly look: Look | null
      readonly canGoOn: boolean
      readonly canPass: boolean
      readonly reason: string
    }
  | { readonly verdict: 'not-testable'; readonly reason: string }

/** Log ratios of a kind, and the looks at them, none of which is done twice. */
class Series {
  private readonly looks = new Map<string, Look>()

  constructor(
    private readonly values: readonly number[],
    private readonly rules: Rules,
  ) {}

  /** Looks that need at most n values, the last of them last. */
  ranked(n: number): Look[] {
    return this.upTo(n, this.rules.looks, lookAt)
  }

  early(n: number, looks: readonly number[]): Look[] {
    return this.upTo(n, looks, earlyLookAt)
  }

  private upTo(most: number, looks: readonly number[], at: typeof lookAt): Look[] {
    return looks
      .filter((n) => n <= most)
      .map((n) => {
        const key = `${at.name} ${n}`
        const look = this.looks.get(key) ?? at(this.values, n, this.rules)
        this.looks.set(key, look)
        return look
      })
  }
}

/**
 * Judges a test again and again as blocks are added. A regression may rest on every block that has a figure, a pass only
 * on those that were not disturbed.
 */
export class TestJudge {
  private readonly all: Series
  private readonly valid: Series

  constructor(
    readonly test: Test,
    private readonly rules: Rules,
  ) {
    this.all = new Series(logRatiosOf(test.differences), rules)
    this.valid = new Series(
      test.differences.filter((each) => typeof each === 'number'),
      rules,
    )
  }

  /** @param blocks the first so many are considered; @param left how many may still come */
  stateAfter(blocks: number, left: number): TestState {
    const seen = this.test.differences.slice(0, blocks)
    const tooFew = seen.indexOf('too-few')
    if (tooFew >= 0) return { verdict: 'not-testable', reason: `too few requests in block ${tooFew + 1}` }
    const figures = logRatiosOf(seen).length
    const ranked = this.all.ranked(figures)
    const early = this.all.early(figures, earlyLooksOf(this.test.metric, this.rules))
    const regressed = [...early, ...ranked].find((look) => regresses(look, this.rules))
    if (regressed !== undefined) return { verdict: 'regress', look: regressed }

    const valid = seen.filter((each) => typeof each === 'number').length
    const disturbed = seen.length - valid
    const isTooDisturbed = disturbed > this.rules.maxDroppedShare * seen.length
    const { looks, regressLevel, maxDroppedShare } = this.rules
    const isRecoverable = disturbed <= maxDroppedShare * (seen.length + left)
    const isWaiting = isTooDisturbed && valid >= (looks[0] ?? 0) && left > 0
    const canPass = isRecoverable && (isWaiting || reaches(looks, valid, left))
    const canGoOn = canPass || reaches(liveLooks(looks, regressLevel), figures, left)
    const look = this.valid.ranked(valid).at(-1) ?? null
    if (look !== null && !isTooDisturbed && passes(look, this.rules, !canGoOn))
      return { verdict: 'pass', look, canGoOn }
    const shown = isTooDisturbed ? null : look
    return {
      verdict: 'open',
      look: shown ?? ranked.at(-1) ?? null,
      canGoOn,
      canPass,
      reason: isTooDisturbed
        ? `${disturbed} of ${seen.length} blocks were disturbed: they may show a slowdown, but cannot rule one out`
        : look === null
          ? `${valid} of the ${this.rules.looks[0]} blocks count that a pass needs`
          : `after ${look.n} blocks neither bound is clear`,
    }
  }
}

/** Whether a further look can come, from so many values and blocks left. */
function reaches(looks: readonly number[], values: number, left: number): boolean {
  const next = looks.find((n) => n > values)
  return next !== undefined && next <= values + left
}
