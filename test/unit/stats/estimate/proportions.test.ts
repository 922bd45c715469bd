import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binomialUpperTail,
  clopperPearson,
  fisherExactGreater,
} from '../../../../src/stats/estimate/proportions.js'
import { logGamma, normalCdf, regularizedBeta } from '../../../../src/stats/estimate/special-functions.js'

function choose(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

describe('clopperPearson', () => {
  it("repeats R's binom.test (Conover 1971: 682 of 925 plants)", () => {
    const { low, high } = clopperPearson(682, 925)
    expect(low).toBeCloseTo(0.7076683, 7)
    expect(high).toBeCloseTo(0.7654066, 7)
  })

  it('has closed forms at none and all', () => {
    expect(clopperPearson(0, 30)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** (1 / 30), 12) })
    expect(clopperPearson(30, 30)).toEqual({ low: expect.closeTo(0.025 ** (1 / 30), 12), high: 1 })
  })

  it('agrees with scipy for few hits of many', () => {
    const { low, high } = clopperPearson(3, 300)
    expect(low).toBeCloseTo(0.0020670072350923137, 12)
    expect(high).toBeCloseTo(0.028944511255692713, 12)
  })

  it('covers at least what it claims, by summing the binomial', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, p) => {
          let covered = 0
          for (let k = 0; k <= n; k++) {
            const { low, high } = clopperPearson(k, n, 0.9)
            if (low <= p && p <= high) covered += choose(n, k) * p ** k * (1 - p) ** (n - k)
          }
          return covered >= 0.9 - 1e-9
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('binomialUpperTail', () => {
  it('is the sum of the binomial', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(30),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, hits, p) => {
          fc.pre(hits <= n)
          let sum = 0
          for (let k = hits; k <= n; k++) sum += choose(n, k) * p ** k * (1 - p) ** (n - k)
          return Math.abs(binomialUpperTail(hits, n, p) - sum) < 1e-9
        },
      ),
    )
    expect(binomialUpperTail(9, 12, 0.5)).toBeCloseTo(0.072998046875, 12)
  })
})

describe('fisherExactGreater', () => {
  it("repeats R's examples: tea tasting 0.2429, convictions of twins 0.0004652", () => {
    expect(fisherExactGreater({ hits: 3, trials: 4 }, { hits: 1, trials: 4 })).toBeCloseTo(17 / 70, 12)
    expect(fisherExactGreater({ hits: 10, trials: 13 }, { hits: 2, trials: 17 })).toBeCloseTo(
      0.000465180943,
      10,
    )
  })

  it('agrees with scipy for a load of requests', () => {
    const p = fisherExactGreater({ hits: 35, trials: 10_000 }, { hits: 12, trials: 10_000 })
    expect(p).toBeCloseTo(0.0005371528840709238, 11)
  })

  it('is certain without errors, and for a group that has fewest', () => {
    expect(fisherExactGreater({ hits: 0, trials: 9 }, { hits: 0, trials: 9 })).toBe(1)
    expect(fisherExactGreater({ hits: 0, trials: 9 }, { hits: 5, trials: 9 })).toBe(1)
  })

  it('agrees with the sum over all tables of the same margins', () => {
    const size = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(size, size, fc.nat(12), fc.nat(12), (n, m, a, b) => {
        fc.pre(a <= n && b <= m)
        const hits = a + b
        let sum = 0
        for (let k = a; k <= Math.min(n, hits); k++) {
          if (hits - k <= m) sum += (choose(n, k) * choose(m, hits - k)) / choose(n + m, hits)
        }
        return Math.abs(fisherExactGreater({ hits: a, trials: n }, { hits: b, trials: m }) - sum) < 1e-10
      }),
    )
  })
})

describe('special functions', () => {
  it('are those of the tables', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13)
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
    expect(normalCdf(-3)).toBeCloseTo(0.0013498980316300933, 15)
    expect(normalCdf(-1.96)).toBeCloseTo(0.024997895148220435, 15)
    expect(normalCdf(2.8)).toBeCloseTo(0.997444869669572, 14)
    expect(regularizedBeta(0.3, 2.5, 7)).toBeCloseTo(0.6412224629717214, 12)
    expect(regularizedBeta(0.01, 3, 900)).toBeCloseTo(0.9940385303310046, 11)
    expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)]).toEqual([0, 1])
  })
})
