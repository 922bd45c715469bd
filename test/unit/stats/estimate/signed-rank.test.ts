import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  doubledRanks,
  signedRankCritical,
  signedRankCumulative,
  signedRankTest,
} from '../../../../src/stats/estimate/signed-rank.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../../../../src/stats/estimate/walsh.js'

/** Hollander and Wolfe (1973), p. 29, and R's `?wilcox.test`: Hamilton depression scale, first visit less second. */
const DEPRESSION = [
  [1.83, 0.878],
  [0.5, 0.647],
  [1.62, 0.598],
  [2.48, 2.05],
  [1.68, 1.06],
  [1.88, 1.29],
  [1.55, 1.06],
  [3.06, 3.14],
  [1.3, 1.29],
].map(([first = 0, second = 0]) => first - second)

/** One-sided critical values of the usual tables (McCornack 1965), n = 5 … 30; −1 where the tables have a dash. */
const TABLE: Readonly<Record<number, readonly number[]>> = {
  0.05: [
    0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 30, 35, 41, 47, 53, 60, 67, 75, 83, 91, 100, 110, 119, 130, 140, 151,
  ],
  0.025: [
    -1, 0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52, 58, 65, 73, 81, 89, 98, 107, 116, 126, 137,
  ],
  0.01: [-1, -1, 0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37, 43, 49, 55, 62, 69, 76, 84, 92, 101, 110, 120],
  0.005: [-1, -1, -1, 0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37, 42, 48, 54, 61, 68, 75, 83, 91, 100, 109],
}

/** By going through all sign patterns: nothing in common with the counting of the code. */
function bruteForceP(values: readonly number[], shift: number, greater: boolean): number {
  const differences = values.map((value) => value - shift)
  const sizes = differences.map(Math.abs)
  const ranks = sizes.map((a) => {
    const below = sizes.filter((b) => b < a).length
    return below + (sizes.filter((b) => b === a).length + 1) / 2
  })
  const kept = ranks.filter((_, i) => differences[i] !== 0)
  const observed = ranks.reduce((sum, rank, i) => sum + ((differences[i] ?? 0) > 0 ? rank : 0), 0)
  let hits = 0
  for (let signs = 0; signs < 2 ** kept.length; signs++) {
    const w = kept.reduce((sum, rank, i) => sum + ((signs >> i) & 1 ? rank : 0), 0)
    if (greater ? w >= observed : w <= observed) hits++
  }
  return hits / 2 ** kept.length
}

describe('critical values', () => {
  it('are those of the published tables', () => {
    for (const [level, expected] of Object.entries(TABLE)) {
      const found = expected.map((_, i) => signedRankCritical(i + 5, Number(level)))
      expect(found, `one-sided ${level}`).toEqual(expected)
    }
  })

  it('have exact probabilities beyond the tables', () => {
    const cumulative = signedRankCumulative(40)
    expect(cumulative.at(-1)).toBe(1)
    expect(cumulative[0]).toBe(2 ** -40)
    // Symmetric about n(n+1)/4 = 410: P(W ≤ 409) = 1 − P(W ≤ 410), exactly.
    expect((cumulative[409] ?? 0) + (cumulative[410] ?? 0)).toBe(1)
  })
})

describe('signedRankTest', () => {
  it("repeats R's example: V = 40, p = 0.01953", () => {
    expect(signedRankTest(DEPRESSION, 0, 'greater')).toEqual({ statistic: 40, n: 9, p: 0.01953125 })
    expect(signedRankTest(DEPRESSION, 0, 'less').p).toBeCloseTo(1 - 0.013671875, 12)
  })

  it("handles ties and zeros as scipy's exhaustive permutation test with Pratt's rule does", () => {
    const values = [5, -3, 0, 2, 2, -2, 7, 8, 9]
    expect(signedRankTest(values, 0, 'greater')).toEqual({ statistic: 36, n: 8, p: 0.0546875 })
  })

  it('says 1 where every value equals the shift', () => {
    expect(signedRankTest([3, 3, 3], 3, 'greater')).toEqual({ statistic: 0, n: 0, p: 1 })
  })

  it('agrees with brute force, ties and zeros included', () => {
    const values = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(values, fc.integer({ min: -3, max: 3 }), fc.boolean(), (sample, shift, greater) => {
        const { p } = signedRankTest(sample, shift, greater ? 'greater' : 'less')
        return Math.abs(p - bruteForceP(sample, shift, greater)) < 1e-12
      }),
    )
  })

  it('never finds a value that moved down more significant, to the shift neither', () => {
    const values = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(values, fc.nat(8), fc.integer({ min: 1, max: 20 }), (sample, which, by) => {
        const lower = sample.map((value, i) => (i === which % sample.length ? value - by : value))
        for (const each of [sample, lower]) fc.pre(new Set(each.map(Math.abs)).size === each.length)
        const [before, after] = [sample, lower].map((each) => signedRankTest(each, 0, 'greater').p)
        return (after ?? 0) >= (before ?? 1) - 1e-12
      }),
    )
  })
})

describe('doubledRanks', () => {
  it('shares the mean rank among equals', () => {
    expect(doubledRanks([30, 10, 20, 20])).toEqual([8, 2, 5, 5])
  })
})

describe('bounds from Walsh averages', () => {
  it('repeat Hollander and Wolfe: estimate 0.46, interval (0.010, 0.786) at 96.1 %', () => {
    const averages = walshAverages(DEPRESSION)
    expect(averages).toHaveLength(45)
    expect(hodgesLehmann(averages)).toBeCloseTo(0.46, 12)
    // P(W⁺ ≤ 5) = 10/512 = 0.0195 on each side.
    expect(lowerBound(averages, 9, 0.02)).toBeCloseTo(0.01, 12)
    expect(upperBound(averages, 9, 0.02)).toBeCloseTo(0.786, 12)
  })

  it('do not exist where no sign pattern is rare enough', () => {
    const averages = walshAverages([1, 2, 3])
    expect([lowerBound(averages, 3, 0.1), upperBound(averages, 3, 0.1)]).toEqual([null, null])
    expect([lowerBound(averages, 3, 0.125), upperBound(averages, 3, 0.125)]).toEqual([1, 3])
    expect(hodgesLehmann(walshAverages([]))).toBeNull()
  })

  it('lie beyond τ just when the exact test rejects τ', () => {
    // Whole values and a quarter: no value and no mean of two is τ, and no two lie equally far from it.
    const sample = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 12 })
    const level = fc.constantFrom(0.05, 0.0125, 0.0025)
    fc.assert(
      fc.property(sample, fc.integer({ min: -50, max: 50 }), level, (values, whole, a) => {
        const tau = whole + 0.25
        const averages = walshAverages(values)
        const low = lowerBound(averages, values.length, a)
        const high = upperBound(averages, values.length, a)
        expect(low !== null && low > tau).toBe(signedRankTest(values, tau, 'greater').p <= a)
        expect(high !== null && high < tau).toBe(signedRankTest(values, tau, 'less').p <= a)
      }),
    )
  })
})
