import { intBetween, type Random, randomOf } from './random.js'

export interface ChangePoint {
  /** Index of the first value behind the change. */
  readonly at: number
  /** Of the permutation test: so often a series without this change has one at least as clear. */
  readonly p: number
}

export interface ChangePointOptions {
  /** A change is told at a p-value of at most this. */
  readonly level: number
  readonly permutations: number
  /** Fewest values of a segment, at least 2. */
  readonly shortest: number
  readonly seed: number
}

/**
 * With 499 permutations a p-value is known to 0.002. Segments of three let a change show soon: the permutation test
 * keeps its level whatever their length.
 */
export const CHANGE_POINT_DEFAULTS: ChangePointOptions = {
  level: 0.01,
  permutations: 499,
  shortest: 3,
  seed: 1,
}

/**
 * E-divisive (Matteson and James, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data,
 * JASA 2014; for performance: Daly et al., ICPE 2020): splits where the energy distance of both sides is largest, tests
 * the split by permutations within the segments there are, and goes on in the parts until a split is not significant.
 * Nothing is assumed of the values' distribution. A series without a change gets one with a chance of at most `level`,
 * since the first test that fails ends the search. Distances have the exponent 1; a split's right side ends where its
 * segment does. O(n²) for each permutation.
 * @param values in order of time
 * @returns in order of time
 */
export function changePoints(
  values: readonly number[],
  options: Partial<ChangePointOptions> = {},
): ChangePoint[] {
  const { level, permutations, shortest, seed } = { ...CHANGE_POINT_DEFAULTS, ...options }
  const random = randomOf(seed)
  const found: ChangePoint[] = []
  let segments: Segment[] = [{ from: 0, values: Float64Array.from(values) }]
  for (;;) {
    const candidates = segments.map((segment) => bestSplit(segment.values, shortest))
    const best = Math.max(...candidates.map((split) => split?.energy ?? Number.NEGATIVE_INFINITY))
    const place = candidates.findIndex((split) => split?.energy === best)
    const [segment, split] = [segments[place], candidates[place]]
    if (!segment || !split || split.energy <= 0) break
    const p = permutationP(segments, best, { level, permutations, shortest }, random)
    if (p > level) break
    found.push({ at: segment.from + split.at, p })
    segments = segments.flatMap((one) => (one === segment ? halves(one, split.at) : [one]))
  }
  return found.sort((a, b) => a.at - b.at)
}

interface Segment {
  /** Index of its first value in the series. */
  readonly from: number
  readonly values: Float64Array
}

function halves({ from, values }: Segment, at: number): Segment[] {
  return [
    { from, values: values.slice(0, at) },
    { from: from + at, values: values.slice(at) },
  ]
}

/** What rounding may do to two sums of the same numbers in another order. */
const ROUNDING = 1e-12

/** Ended early where it is clear that it exceeds the level; then it is too small, but above that. */
function permutationP(
  segments: readonly Segment[],
  energy: number,
  { level, permutations, shortest }: Omit<ChangePointOptions, 'seed'>,
  random: Random,
): number {
  let asClear = 1
  for (let i = 0; i < permutations && asClear <= level * (permutations + 1); i++) {
    const energies = segments.map(({ values }) => bestSplit(shuffled(values, random), shortest)?.energy ?? 0)
    if (Math.max(...energies) >= energy * (1 - ROUNDING)) asClear++
  }
  return asClear / (permutations + 1)
}

/** Fisher–Yates. */
function shuffled(values: Float64Array, random: Random): Float64Array {
  const copy = values.slice()
  for (let i = copy.length - 1; i > 0; i--) {
    const j = intBetween(random, 0, i)
    const kept = copy[i] as number
    copy[i] = copy[j] as number
    copy[j] = kept
  }
  return copy
}

export interface Split {
  /** Index of the first value of the right side. */
  readonly at: number
  /**
   * nm ÷ (n + m) · (2 · mean |xᵢ − yⱼ| − mean |xᵢ − xₖ| − mean |yⱼ − yₖ|), each mean over all pairs: the energy
   * statistic of both sides.
   */
  readonly energy: number
}

/** The split with the largest energy; null where there are too few values for two sides. */
export function bestSplit(values: Float64Array, shortest: number): Split | null {
  const n = values.length
  const before = new Float64Array(n)
  const behind = new Float64Array(n)
  let right = 0
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const distance = Math.abs((values[i] as number) - (values[j] as number))
      behind[i] = (behind[i] as number) + distance
      before[j] = (before[j] as number) + distance
      right += distance
    }
  }
  const total = right
  let left = 0
  let best: Split | null = null
  for (let at = 1; at <= n - shortest; at++) {
    left += before[at - 1] as number
    right -= behind[at - 1] as number
    if (at < shortest) continue
    const rest = n - at
    const means = (2 * (total - left - right)) / (at * rest) - left / pairs(at) - right / pairs(rest)
    const energy = ((at * rest) / n) * means
    if (best === null || energy > best.energy) best = { at, energy }
  }
  return best
}

function pairs(n: number): number {
  return (n * (n - 1)) / 2
}
