import type { GateSettings } from '../model/gate.js'

/** How each test is decided, at each of its looks. */
export interface Rules {
  /** ln(1 + noise floor): what a slowdown must exceed to be a regression. */
  readonly floor: number
  /** ln(1 + threshold): what a slowdown must be shown to stay below for a pass. */
  readonly threshold: number
  readonly looks: readonly number[]
  /** α ÷ (looks · tests): a union, since one regression is enough. */
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
    regressLevel: alpha / (looks.length * testCount(settings)),
    passLevel: beta / looks.length,
    excessLevel: beta,
    maxDroppedShare: settings.maxDroppedShare,
  }
}

/** Looks at which n blocks can be rarer than `level`: even all of them on one side come by chance with 2⁻ⁿ. */
export function liveLooks(looks: readonly number[], level: number): number[] {
  return looks.filter((n) => 2 ** -n <= level)
}
