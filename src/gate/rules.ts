import type { GateSettings } from '../model/gate.js'

/** How each test is decided, at each of its looks. */
export interface Rules {
  /** ln(1 + noise floor): what a slowdown must exceed to be a regression. */
  readonly floor: number
  /** ln(1 + threshold): what a slowdown must be shown to stay below for a pass. */
  readonly threshold: number
  readonly looks: readonly number[]
  /** α ÷ (tests · looks that can find a regression): a union, since one regression is enough. */
  readonly regressLevel: number
  /** β ÷ looks: an intersection, since every test must pass. */
  readonly passLevel: number
  /** A scenario's errors may differ by chance; an excess rarer than this forbids a pass. */
  readonly excessLevel: number
  readonly maxDroppedShare: number
}

/** Each scenario is tested by each metric, and by its errors. */
export function testCount({ scenarios, metrics }: GateSettings): number {
  return scenarios.length * (metrics.length + 1)
}

export function rulesOf(settings: GateSettings): Rules {
  const { looks, alpha, beta } = settings
  return {
    floor: Math.log1p(settings.noiseFloor),
    threshold: Math.log1p(settings.threshold),
    looks,
    regressLevel: levelOf(looks, alpha / testCount(settings)),
    passLevel: beta / looks.length,
    excessLevel: beta,
    maxDroppedShare: settings.maxDroppedShare,
  }
}

/**
 * The level of each look where a test may spend so much: an early look that could not reach it with any blocks spends
 * nothing, and its part falls to the others. Known before the first block, so that Bonferroni's bound holds.
 */
function levelOf(looks: readonly number[], all: number): number {
  const first = looks.findIndex((n, index) => 2 ** -n <= all / (looks.length - index))
  return all / (looks.length - Math.max(0, first))
}

/** Looks at which n blocks can be rarer than `level`: even all of them on one side come by chance with 2⁻ⁿ. */
export function liveLooks(looks: readonly number[], level: number): number[] {
  return looks.filter((n) => 2 ** -n <= level)
}
