import { binomialUpperTail } from './proportions.js'

/** What is assumed of noise, on its side of larger values: one lies beyond x with at most `chance` · `from` ÷ x, for x ≥ `from`. */
export interface Tail {
  /** Where the tail begins, as a distance from the true value. */
  readonly from: number
  /** The chance that a value lies beyond the begin, at most. */
  readonly chance: number
}

const STEPS = 60

/**
 * p-value of "none of these values has a true value above `centre`", by how far out most of them lie. It finds large
 * effects in fewer values than ranks need, of which n are never rarer than 2⁻ⁿ.
 *
 * It assumes that values are independent, and that the noise's tail is at most that of a Pareto distribution of index 1, which
 * has no mean: heavier than Cauchy's. They need not be alike, nor symmetric. Then q(x) = chance · from ÷ x bounds how many
 * lie beyond x, and the k-th largest of n lies beyond it with at most P(Binomial(n, q(x)) ≥ k): the p-value of an order
 * statistic (David and Nagaraja, Order Statistics, 2.1).
 * @param needed k, fixed before the values are known
 * @returns 1 where the k-th largest does not lie beyond the tail's begin
 */
export function outlyingP(values: readonly number[], centre: number, needed: number, tail: Tail): number {
  const distance = kthLargest(values, needed) - centre
  if (!(distance >= tail.from)) return 1
  return binomialUpperTail(needed, values.length, (tail.chance * tail.from) / distance)
}

/**
 * A lower bound of the values' centre at confidence 1 − `level`: the largest centre that `outlyingP` rejects. Null
 * without values.
 */
export function outlyingBound(
  values: readonly number[],
  level: number,
  needed: number,
  tail: Tail,
): number | null {
  if (values.length < needed) return null
  return kthLargest(values, needed) - distanceFor(values.length, level, needed, tail)
}

/**
 * How many of n values must lie out: the fewest that come by chance less often than `level` where the tail begins; all
 * of them where none do.
 */
export function neededOf(n: number, level: number, { chance }: Tail): number {
  for (let needed = 1; needed < n; needed++) if (binomialUpperTail(needed, n, chance) <= level) return needed
  return n
}

function kthLargest(values: readonly number[], k: number): number {
  return [...values].sort((a, b) => b - a)[k - 1] ?? Number.NEGATIVE_INFINITY
}

/** The distance beyond which k of n values lie with a chance of `level`, by bisection of that chance. */
function distanceFor(n: number, level: number, needed: number, { from, chance }: Tail): number {
  if (binomialUpperTail(needed, n, chance) <= level) return from
  let [low, high] = [0, chance]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (binomialUpperTail(needed, n, middle) <= level) low = middle
    else high = middle
  }
  return (chance * from) / low
}
