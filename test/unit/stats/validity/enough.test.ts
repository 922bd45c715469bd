import { describe, expect, it } from 'vitest'
import { isEnough, tellable, valuesNeeded } from '../../../../src/stats/validity/enough.js'

describe('values that a percentile takes', () => {
  it.each([
    [50, 10],
    [90, 50],
    [95, 100],
    [99, 500],
    [99.9, 5_000],
    [100, 1],
  ])('p%d: %d', (percentile, needed) => {
    expect(valuesNeeded(percentile)).toBe(needed)
    expect([isEnough(needed, percentile), isEnough(needed - 1, percentile)]).toEqual([true, false])
  })
})

it('leaves the percentiles that so few values tell, and always the maximum', () => {
  const times = { p50Us: 1, p90Us: 2, p95Us: 3, p99Us: 4, p999Us: 5, maxUs: 6 }
  expect(tellable(times, 5_000)).toEqual(times)
  expect(tellable(times, 17)).toEqual({
    p50Us: 1,
    p90Us: null,
    p95Us: null,
    p99Us: null,
    p999Us: null,
    maxUs: 6,
  })
  expect(tellable({ p50Us: 1, maxUs: 6 }, 9)).toEqual({ p50Us: null, maxUs: 6 })
})
