import type { GateMetric } from '../model/gate.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../stats/walsh.js'
import type { Difference } from './block-figures.js'
import type { Rules } from './rules.js'

/** One scenario and metric, over the blocks so far. */
export interface Test {
  readonly scenario: string
  readonly metric: GateMetric
  readonly differences: readonly Difference[]
}

/** The figures of the first n differences that count. */
export interface Look {
  readonly n: number
  readonly estimate: number
  readonly lower: number | null
  readonly upper: number | null
}

export function lookAt(values: readonly number[], n: number, rules: Rules): Look {
  const averages = walshAverages(values.slice(0, n))
  return {
    n,
    estimate: hodgesLehmann(averages) ?? 0,
    lower: lowerBound(averages, n, rules.regressLevel),
    upper: upperBound(averages, n, rules.passLevel),
  }
}

function regresses({ lower }: Look, { floor }: Rules): boolean {
  return lower !== null && lower > floor
}

/**
 * A slowdown that is neither noise nor as large as the threshold is shown to be either by enough blocks: so long as the
 * estimate lies above the noise floor and a further look can be reached, the gate does not pass yet.
 */
export function passes({ estimate, upper }: Look, { floor, threshold }: Rules, isLast: boolean): boolean {
  return upper !== null && upper < threshold && (isLast || estimate <= floor)
}

/** `canGoOn`: a further look can be reached, which may say something else. */
export type TestState =
  | { readonly verdict: 'regress'; readonly look: Look }
  | { readonly verdict: 'pass'; readonly look: Look; readonly canGoOn: boolean }
  | {
      readonly verdict: 'open'
      readonly look: Look | null
      readonly canGoOn: boolean
      readonly reason: string
    }
  | { readonly verdict: 'not-testable'; readonly reason: string }

/** Judges a test again and again as blocks are added, without doing a look twice. */
export class TestJudge {
  private readonly looks = new Map<number, Look>()
  private readonly values: readonly number[]

  constructor(
    readonly test: Test,
    private readonly rules: Rules,
  ) {
    this.values = test.differences.filter((each) => typeof each === 'number')
  }

  /** @param blocks the first so many are considered; @param left how many may still come */
  stateAfter(blocks: number, left: number): TestState {
    const seen = this.test.differences.slice(0, blocks)
    const tooFew = seen.indexOf('too-few')
    if (tooFew >= 0) return { verdict: 'not-testable', reason: `too few requests in block ${tooFew + 1}` }
    const dropped = seen.filter((each) => each === 'dropped').length
    const valid = seen.length - dropped
    const looks = this.rules.looks.filter((n) => n <= valid).map((n) => this.lookOf(n))
    const latest = looks.at(-1) ?? null
    const next = this.rules.looks.find((n) => n > valid)
    const canGoOn = next !== undefined && next <= valid + left
    if (dropped > this.rules.maxDroppedShare * seen.length) {
      const recoverable = dropped <= this.rules.maxDroppedShare * (seen.length + left)
      const reason = `${dropped} of ${seen.length} measurements do not count: too many for a verdict`
      return { verdict: 'open', look: latest, canGoOn: recoverable && left > 0, reason }
    }
    const regressed = looks.find((look) => regresses(look, this.rules))
    if (regressed !== undefined) return { verdict: 'regress', look: regressed }
    if (latest !== null && passes(latest, this.rules, !canGoOn))
      return { verdict: 'pass', look: latest, canGoOn }
    const reason =
      latest === null
        ? `${valid} of the ${this.rules.looks[0]} blocks of the first look count`
        : `after ${latest.n} blocks neither bound is clear`
    return { verdict: 'open', look: latest, canGoOn, reason }
  }

  private lookOf(n: number): Look {
    let look = this.looks.get(n)
    if (look === undefined) {
      look = lookAt(this.values, n, this.rules)
      this.looks.set(n, look)
    }
    return look
  }
}
