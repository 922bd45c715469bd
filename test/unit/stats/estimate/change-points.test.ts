import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestSplit, changePoints } from '../../../../src/stats/estimate/change-points.js'
import { randomOf, seedOf } from '../../../../src/stats/estimate/random.js'

/** Standard normal deviates (Box–Muller). */
function noise(seed: number, count: number): number[] {
  const random = randomOf(seed)
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}

/** Noise around levels, each for so many values. */
function series(seed: number, ...levels: readonly (readonly [count: number, level: number])[]): number[] {
  const means = levels.flatMap(([count, level]) => Array.from({ length: count }, () => level))
  return noise(seed, means.length).map((value, index) => value + (means[index] ?? 0))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The statistic as it is defined, pair by pair. */
function energyOf(left: readonly number[], right: readonly number[]): number {
  const within = (side: readonly number[]) =>
    mean(side.flatMap((a, i) => side.slice(i + 1).map((b) => Math.abs(a - b))))
  const across = mean(left.flatMap((a) => right.map((b) => Math.abs(a - b))))
  const [n, m] = [left.length, right.length]
  return ((n * m) / (n + m)) * (2 * across - within(left) - within(right))
}

describe('bestSplit', () => {
  it('is what one reckons by hand', () => {
    // Across: mean of |0−3|, |0−5|, |1−3|, |1−5| is 3.5; within: 1 and 2. 2·2 ÷ 4 · (7 − 1 − 2) = 4.
    expect(bestSplit(Float64Array.of(0, 1, 3, 5), 2)).toEqual({ at: 2, energy: 4 })
    expect(bestSplit(Float64Array.of(0, 1, 3), 2)).toBeNull()
  })

  it('is the largest energy of all splits, by the definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 6, maxLength: 25 }),
        (values) => {
          const split = bestSplit(Float64Array.from(values), 3)
          const all = Array.from({ length: values.length - 5 }, (_, i) =>
            energyOf(values.slice(0, i + 3), values.slice(i + 3)),
          )
          expect(split?.energy).toBeCloseTo(Math.max(...all), 9)
        },
      ),
    )
  })
})

describe('changePoints', () => {
  it('finds one change where it is', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = changePoints(series(seed, [20, 0], [15, 4]))
      expect(found).toHaveLength(1)
      expect(Math.abs((found[0]?.at ?? 0) - 20)).toBeLessThanOrEqual(1)
      expect(found[0]?.p).toBeLessThanOrEqual(0.01)
    }
  })

  it('finds several, up and down, in their order', () => {
    const found = changePoints(series(11, [15, 0], [15, 6], [12, 1], [18, -5])).map(({ at }) => at)
    expect(found).toHaveLength(3)
    for (const [i, at] of [15, 30, 42].entries())
      expect(Math.abs((found[i] ?? 0) - at)).toBeLessThanOrEqual(1)
  })

  it('is not led astray by single outliers', () => {
    const values = series(5, [30, 0])
    values[7] = 25
    values[22] = -30
    expect(changePoints(values)).toEqual([])
  })

  it('raises a false alarm in about one of a hundred series without a change, not more', () => {
    const alarms = (of: (series: number) => number[]) =>
      Array.from({ length: 1000 }, (_, i) => changePoints(of(i), { seed: seedOf(99, i) })).filter(
        (found) => found.length > 0,
      ).length
    // Of 1,000 with a chance of 1 % each, more than 20 come with a chance of 0.2 %.
    expect(alarms((i) => noise(seedOf(7, i), 24))).toBeLessThanOrEqual(20)
    const cauchy = (i: number) => {
      const [a, b] = [noise(seedOf(8, i), 24), noise(seedOf(9, i), 24)]
      return a.map((value, at) => value / (b[at] || 1))
    }
    expect(alarms(cauchy)).toBeLessThanOrEqual(20)
  })

  it('says nothing of too few values, of equal ones, and the same each time', () => {
    expect(changePoints([])).toEqual([])
    expect(changePoints([1, 2, 3, 9, 9])).toEqual([])
    expect(changePoints(Array.from({ length: 20 }, () => 1))).toEqual([])
    const values = series(3, [10, 0], [10, 3])
    expect(changePoints(values)).toEqual(changePoints(values))
  })
})
