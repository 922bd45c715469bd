import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import {
  median,
  medianInterval,
  percentileInterval,
  quantile,
  relativeSpread,
} from '../../../../src/stats/estimate/intervals.js'
import { randomOf } from '../../../../src/stats/estimate/random.js'

describe('quantile', () => {
  it('interpolates as R and NumPy do', () => {
    // numpy.percentile([15, 20, 35, 40, 50], 40) = 29.0
    expect(quantile([50, 15, 35, 20, 40], 0.4)).toBeCloseTo(29, 12)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNull()
  })

  it('has the median of an even number of values half-way', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNull()
  })
})

describe('relativeSpread', () => {
  it('is largest less smallest over the median', () => {
    expect(relativeSpread([90, 100, 120])).toBeCloseTo(0.3, 12)
    expect(relativeSpread([90])).toBeNull()
    expect(relativeSpread([0, 0])).toBeNull()
  })
})

describe('medianInterval', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

  it('takes the order statistics of the published tables for 95 %', () => {
    // Conover, table of the binomial; exact coverages 1 − 2·P(B(n, ½) ≤ k − 1).
    expect(medianInterval(upTo(5))).toBeNull()
    expect(medianInterval(upTo(6))).toEqual({ low: 1, high: 6, confidence: 0.96875 })
    expect(medianInterval(upTo(10))).toMatchObject({ low: 2, high: 9 })
    expect(medianInterval(upTo(10))?.confidence).toBeCloseTo(0.978516, 6)
    expect(medianInterval(upTo(20))).toMatchObject({ low: 6, high: 15 })
    expect(medianInterval(upTo(20))?.confidence).toBeCloseTo(0.958611, 6)
  })

  it('holds the median and covers at least what was asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 80 }), (values) => {
        const interval = medianInterval(values, 0.9)
        if (!interval) return values.length < 5
        const middle = median(values) ?? Number.NaN
        return interval.low <= middle && middle <= interval.high && interval.confidence >= 0.9
      }),
    )
  })
})

describe('percentileInterval', () => {
  const ramp = (n: number) => {
    const histogram = createHistogram()
    for (let us = 1; us <= n; us++) record(histogram, us)
    return histogram
  }

  it('is the order statistics around the percentile', () => {
    // n = 1,000: 990 ± 2.5758 · √9.9 = 990 ± 8.10, so ranks 981 and 1,000; 500 ± 40.7, so 459 and 542.
    expect(percentileInterval(ramp(1_000), 99)).toEqual({ low: 981, high: 1_000 })
    expect(percentileInterval(ramp(1_000), 50)).toEqual({ low: 459, high: 542 })
  })

  it('has no upper end where too few values lie beyond', () => {
    expect(percentileInterval(ramp(500), 99)?.high).toBe(Number.POSITIVE_INFINITY)
    expect(percentileInterval(ramp(1), 50)).toEqual({ low: 0, high: Number.POSITIVE_INFINITY })
    expect(percentileInterval(createHistogram(), 99)).toBeNull()
  })

  it('holds the true percentile as often as it says', () => {
    const random = randomOf(7)
    let inside = 0
    for (let i = 0; i < 200; i++) {
      const histogram = createHistogram()
      for (let k = 0; k < 1_200; k++) record(histogram, 1 + 1_000_000 * random())
      const { low, high } = percentileInterval(histogram, 99)!
      if (low <= 990_000 && high >= 990_000) inside++
    }
    expect(inside).toBeGreaterThanOrEqual(0.98 * 200)
  })
})
