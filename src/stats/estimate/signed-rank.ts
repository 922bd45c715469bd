/** `greater`: the values lie above the shift; `less`: below. */
export type Alternative = 'greater' | 'less'

export interface SignedRankTest {
  /** W⁺: sum of the ranks of the values above the shift; a multiple of ½ where there are ties. */
  readonly statistic: number
  /** Values that are not equal to the shift. */
  readonly n: number
  /** Exact one-sided p-value. */
  readonly p: number
}

const cumulatives = new Map<number, Float64Array>()

/**
 * P(W⁺ ≤ w) for w = 0 … n(n+1)/2 of n values without ties, under the hypothesis that they are symmetric about the
 * shift. Counted, not approximated: every step halves, so that the figures are exact in a double up to n = 50.
 */
export function signedRankCumulative(n: number): Float64Array {
  let cumulative = cumulatives.get(n)
  if (!cumulative) {
    cumulative = distributionOf(Array.from({ length: n }, (_, i) => i + 1))
    for (let w = 1; w < cumulative.length; w++) cumulative[w] = at(cumulative, w) + at(cumulative, w - 1)
    cumulatives.set(n, cumulative)
  }
  return cumulative
}

/** The largest c with P(W⁺ ≤ c) ≤ level for n values without ties; −1 where even P(W⁺ = 0) = 2⁻ⁿ is above it. */
export function signedRankCritical(n: number, level: number): number {
  const cumulative = signedRankCumulative(n)
  let c = -1
  while (c + 1 < cumulative.length && at(cumulative, c + 1) <= level) c++
  return c
}

/**
 * Exact one-sided Wilcoxon signed-rank test of `values` against `shift` (Hollander, Wolfe and Chicken, Nonparametric
 * Statistical Methods, 3.1). Ties get mid-ranks, and the p-value is that of the distribution of exactly those ranks.
 * Values equal to the shift take part in the ranking and are then left out (Pratt 1959): were they left out first, as
 * Wilcoxon did, moving a value closer to the shift could make the result more significant.
 */
export function signedRankTest(
  values: readonly number[],
  shift: number,
  alternative: Alternative,
): SignedRankTest {
  const differences = values.map((value) => value - shift)
  const doubled = doubledRanks(differences.map(Math.abs))
  const counted = doubled.filter((_, i) => differences[i] !== 0)
  const above = doubled.reduce((sum, rank, i) => ((differences[i] ?? 0) > 0 ? sum + rank : sum), 0)
  const distribution = distributionOf(counted)
  const tail = alternative === 'greater' ? distribution.subarray(above) : distribution.subarray(0, above + 1)
  return {
    statistic: above / 2,
    n: counted.length,
    p: Math.min(
      1,
      tail.reduce((sum, p) => sum + p, 0),
    ),
  }
}

/** Twice the ranks, from 1, equal values sharing the mean of theirs: whole numbers also where ranks are halves. */
export function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = new Array<number>(values.length).fill(0)
  for (let first = 0; first < order.length; ) {
    let last = first
    while (last + 1 < order.length && values[order[last + 1] ?? 0] === values[order[first] ?? 0]) last++
    for (let i = first; i <= last; i++) ranks[order[i] ?? 0] = first + last + 2
    first = last + 1
  }
  return ranks
}

/** Probability of each sum of a subset of whole ranks, every rank being in it with probability ½. */
function distributionOf(ranks: readonly number[]): Float64Array {
  const distribution = new Float64Array(1 + ranks.reduce((sum, rank) => sum + rank, 0))
  distribution[0] = 1
  let highest = 0
  for (const rank of ranks) {
    highest += rank
    for (let w = highest; w >= 0; w--) {
      distribution[w] = (at(distribution, w) + (w >= rank ? at(distribution, w - rank) : 0)) / 2
    }
  }
  return distribution
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}
