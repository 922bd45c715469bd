import type { GateMetric, GateSettings } from '../model/studies/gate.js'
import type { Tail } from '../stats/estimate/outlying.js'

/** How each test is decided, at each of its looks. */
export interface Rules {
  /** ln(1 + noise floor): what a slowdown must exceed to be a regression. */
  readonly floor: number
  /** ln(1 + threshold): what a slowdown must be shown to stay below for a pass. */
  readonly threshold: number
  /** Looks by ranks. */
  readonly looks: readonly number[]
  /** The level of each look by ranks, for a regression. */
  readonly regressLevel: number
  /** β ÷ looks: an intersection, since every test must pass. */
  readonly passLevel: number
  /** Looks by size, which find what is plain before ranks can; none in gates of earlier versions. */
  readonly earlyLooks: readonly number[]
  readonly earlyLevel: number
  /** What the early looks assume of equal versions' blocks. */
  readonly tail: Tail
  /** The level of the exact test of failed requests, at each look of either kind. */
  readonly errorLevel: number
  /** A scenario's errors may differ by chance; an excess rarer than this forbids a pass. */
  readonly excessLevel: number
  readonly maxDroppedShare: number
}

/**
 * The early looks take it that at most so many blocks of equal versions show a slowdown of more than twice the
 * threshold, half as many one twice as far out, and so on. Of 66 blocks of the campaign, a third of them beside a busy
 * process, none did (bench/gate).
 */
const TAIL_CHANCE = 1 / 8

/** Percentiles of a busy machine reach further: they have ranks only. */
const EARLY_METRICS: readonly GateMetric[] = ['throughput', 'cpu']

/** What the early looks get of a test's α, and in the test of errors the exact test of requests. */
const EARLY_SHARE = 0.4

/** Each scenario is tested by each metric, and by its errors. */
export function testCount({ scenarios, metrics }: Pick<GateSettings, 'scenarios' | 'metrics'>): number {
  return scenarios.length * (metrics.length + 1)
}

/**
 * One regression is enough for REGRESS, so α is divided among all tests, and what a test gets among its looks
 * (Bonferroni). The division is fixed before the first block.
 */
export function rulesOf(settings: GateSettings): Rules {
  const { looks, alpha, beta, threshold } = settings
  const earlyLooks = settings.earlyLooks ?? []
  const ofTest = alpha / testCount(settings)
  const early = earlyLooks.length === 0 ? 0 : EARLY_SHARE * ofTest
  return {
    floor: Math.log1p(settings.noiseFloor),
    threshold: Math.log1p(threshold),
    looks,
    regressLevel: levelOf(looks, ofTest - early),
    passLevel: beta / looks.length,
    earlyLooks,
    earlyLevel: early / Math.max(1, earlyLooks.length),
    tail: { from: Math.log1p(2 * threshold) - Math.log1p(settings.noiseFloor), chance: TAIL_CHANCE },
    errorLevel: early / (earlyLooks.length + looks.length),
    excessLevel: beta,
    maxDroppedShare: settings.maxDroppedShare,
  }
}

/** Numbers of blocks at which a metric gets an early look. */
export function earlyLooksOf(
  metric: GateMetric,
  { earlyLooks }: Pick<Rules, 'earlyLooks'>,
): readonly number[] {
  return EARLY_METRICS.includes(metric) ? earlyLooks : []
}

/** All numbers of blocks at which something may be decided, ascending. */
export function allLooks({ earlyLooks, looks }: Pick<Rules, 'earlyLooks' | 'looks'>): number[] {
  return [...new Set([...earlyLooks, ...looks])].sort((a, b) => a - b)
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
