import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inStretches, theilSen } from '../../../../src/stats/estimate/theil-sen.js'

const zip = (xs: number[], ys: number[]) => xs.map((x, i): [number, number] => [x, ys[i] ?? Number.NaN])

describe('theilSen', () => {
  it("gives Sen's own example", () => {
    // Sen 1968, as in SciPy's tests of theilslopes: slope 4, interval of 93 % from 3.71 to 4.38 (26/7 to 35/8).
    const points = zip([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78])
    const trend = theilSen(points, 1.8119106729525978)
    expect(trend?.slope).toBeCloseTo(4, 12)
    expect(trend?.low).toBeCloseTo(26 / 7, 12)
    expect(trend?.high).toBeCloseTo(35 / 8, 12)
  })

  it('gives what SciPy 1.17 gives for values with ties', () => {
    // scipy.stats.theilslopes(y, x, 0.95)
    const trend = theilSen([52, 50, 51, 55, 54, 54, 58, 57, 61, 60, 60, 66].map((y, x) => [x, y]))
    expect(trend?.slope).toBeCloseTo(1.2, 12)
    expect(trend?.low).toBeCloseTo(0.8888888888888888, 12)
    expect(trend?.high).toBeCloseTo(1.6, 12)
  })

  it('is not moved by an outlier', () => {
    const points = Array.from({ length: 20 }, (_, x): [number, number] => [x, x === 10 ? 1e9 : 3 * x])
    expect(theilSen(points)?.slope).toBeCloseTo(3, 12)
  })

  it('leaves zero in for a level line with noise, and out for a rise', () => {
    const noise = [3, -1, 2, -3, 1, 0, -2, 3, -1, 2, -3, 1, 0, -2]
    const level = theilSen(noise.map((y, x) => [x, y]))
    const rise = theilSen(noise.map((y, x) => [x, y + 5 * x]))
    expect(level && level.low <= 0 && level.high >= 0).toBe(true)
    expect(rise?.low).toBeGreaterThan(0)
  })

  it('corrects for ties: values that never change have no slope and no width', () => {
    const still = Array.from({ length: 8 }, (_, x): [number, number] => [x, 7])
    expect(theilSen(still)).toEqual({ slope: 0, low: 0, high: 0 })
  })

  it('says nothing of two points, nor of one moment', () => {
    expect(
      theilSen([
        [0, 1],
        [1, 2],
      ]),
    ).toBeNull()
    expect(
      theilSen([
        [1, 1],
        [1, 2],
        [1, 3],
      ]),
    ).toBeNull()
  })

  it('holds its slope, turns with its points, and does not mind their order', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -99, max: 99 })), {
      minLength: 3,
      maxLength: 20,
    })
    fc.assert(
      fc.property(points, (some) => {
        const trend = theilSen(some)
        if (trend === null) return
        expect(trend.low).toBeLessThanOrEqual(trend.slope)
        expect(trend.high).toBeGreaterThanOrEqual(trend.slope)
        expect(theilSen([...some].reverse())?.slope).toBeCloseTo(trend.slope, 9)
        expect(theilSen(some.map(([x, y]) => [x, -y]))?.slope).toBeCloseTo(-trend.slope, 9)
      }),
    )
  })
})

describe('inStretches', () => {
  it('takes medians of equal stretches, and leaves few points as they are', () => {
    const points = zip([0, 1, 2, 3, 4, 5, 6], [10, 99, 12, 20, 21, 22, 30])
    expect(inStretches(points, 3)).toEqual([
      [1, 12],
      [4, 21],
      [6, 30],
    ])
    expect(inStretches(points, 7)).toEqual(points)
    expect(inStretches([], 3)).toEqual([])
  })
})
