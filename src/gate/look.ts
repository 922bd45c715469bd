import { neededOf, outlyingBound } from '../stats/estimate/outlying.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../stats/estimate/walsh.js'
import type { Rules } from './rules.js'

/** The figures of the first n log ratios. */
export interface Look {
  /** `ranks`: exact signed-rank test. `size`: see `outlyingP`. */
  readonly by: 'ranks' | 'size'
  readonly n: number
  readonly values: readonly number[]
  readonly estimate: number
  readonly lower: number | null
  readonly upper: number | null
}

export function lookAt(values: readonly number[], n: number, rules: Rules): Look {
  const first = values.slice(0, n)
  const averages = walshAverages(first)
  return {
    by: 'ranks',
    n,
    values: first,
    estimate: hodgesLehmann(averages) ?? 0,
    lower: lowerBound(averages, n, rules.regressLevel),
    upper: upperBound(averages, n, rules.passLevel),
  }
}

/** An early look, which can only find a regression, and only a plain one. */
export function earlyLookAt(values: readonly number[], n: number, rules: Rules): Look {
  const first = values.slice(0, n)
  const { earlyLevel, tail } = rules
  return {
    by: 'size',
    n,
    values: first,
    estimate: hodgesLehmann(walshAverages(first)) ?? 0,
    lower: outlyingBound(first, earlyLevel, neededOf(n, earlyLevel, tail), tail),
    upper: null,
  }
}

export function regresses({ lower }: Look, { floor }: Rules): boolean {
  return lower !== null && lower > floor
}

/**
 * A slowdown that is neither noise nor as large as the threshold is shown to be either by enough blocks: so long as the
 * estimate lies above the noise floor and a further look can be reached, the gate does not pass yet.
 */
export function passes({ estimate, upper }: Look, { floor, threshold }: Rules, isLast: boolean): boolean {
  return upper !== null && upper < threshold && (isLast || estimate <= floor)
}
