import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mannWhitney, welch } from '../../../../src/stats/estimate/two-samples.js'

/** By going through all choices of as many of the pooled values, comparing pairs. */
function bruteForceP(one: readonly number[], other: readonly number[]): number {
  const pooled = [...one, ...other]
  const u = (chosen: (i: number) => boolean) => {
    let sum = 0
    for (const [i, a] of pooled.entries()) {
      for (const [j, b] of pooled.entries()) {
        if (chosen(i) && !chosen(j)) sum += a > b ? 1 : a === b ? 0.5 : 0
      }
    }
    return sum
  }
  const observed = u((i) => i < one.length)
  let [below, above, all] = [0, 0, 0]
  for (let bits = 0; bits < 2 ** pooled.length; bits++) {
    const chosen = (i: number) => ((bits >> i) & 1) === 1
    if (pooled.filter((_, i) => chosen(i)).length !== one.length) continue
    const value = u(chosen)
    all++
    if (value <= observed) below++
    if (value >= observed) above++
  }
  return Math.min(1, (2 * Math.min(below, above)) / all)
}

describe('mannWhitney', () => {
  it("repeats R's example (Hollander and Wolfe 1973, 69f): W = 35, one-sided 0.1272", () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    const early = [1.15, 0.88, 0.9, 0.74, 1.21]
    expect(mannWhitney(term, early)).toEqual({ u: 35, p: expect.closeTo(0.2544122544, 9) })
  })

  it('approximates as scipy does for large samples with ties', () => {
    const one = Array.from({ length: 30 }, (_, i) => (i * 7) % 30)
    const other = Array.from({ length: 30 }, (_, i) => ((i * 11) % 30) + 5)
    expect(mannWhitney(one, other)).toEqual({ u: 312.5, p: expect.closeTo(0.04274735330571392, 10) })
  })

  it('agrees with brute force, ties included', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(sample, sample, (one, other) => {
        const test = mannWhitney(one, other)
        if (new Set([...one, ...other]).size === 1) return test === null
        return Math.abs((test?.p ?? 2) - bruteForceP(one, other)) < 1e-9
      }),
      { numRuns: 50 },
    )
  })

  it('says nothing without values', () => {
    expect(mannWhitney([], [1, 2])).toBeNull()
  })
})

describe('welch', () => {
  it("repeats R's t.test of the sleep data: t = -1.8608, df = 17.776, p = 0.07939", () => {
    const test = welch(
      { mean: 0.75, variance: 3.2005555555555554, n: 10 },
      { mean: 2.33, variance: 4.009, n: 10 },
    )
    expect(test?.t).toBeCloseTo(-1.8608134674868526, 10)
    expect(test?.degreesOfFreedom).toBeCloseTo(17.776473516178488, 8)
    expect(test?.p).toBeCloseTo(0.0793941401873583, 10)
  })

  it('says nothing where nothing varies or there is one value', () => {
    expect(welch({ mean: 1, variance: 0, n: 9 }, { mean: 2, variance: 0, n: 9 })).toBeNull()
    expect(welch({ mean: 1, variance: 1, n: 1 }, { mean: 2, variance: 1, n: 9 })).toBeNull()
  })
})
