import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repeatInterval, scaled } from '../../../../src/stats/estimate/repeat-interval.js'

describe('the interval of repeats', () => {
  it('is the t-interval of the logarithms', () => {
    // Computed apart, with the tabled t of 2 degrees of freedom, 4.30265.
    const interval = repeatInterval([95, 100, 108])
    expect(interval?.value).toBeCloseTo(100.8593, 3)
    expect(interval?.low).toBeCloseTo(85.9156, 3)
    expect(interval?.high).toBeCloseTo(118.4021, 3)
  })

  it('has no ends for one repeat, and is none for none or for what is not above 0', () => {
    expect(repeatInterval([5])).toEqual({ value: expect.closeTo(5), low: null, high: null, each: [5] })
    expect(repeatInterval([])).toBeNull()
    expect(repeatInterval([5, 0])).toBeNull()
  })

  it('grows with its values', () => {
    const values = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 100, noNaN: true }), (each, factor) => {
        const one = repeatInterval(each)
        const other = repeatInterval(each.map((value) => value * factor))
        const expected = one && scaled(one, factor)
        expect((other?.value ?? 0) / (expected?.value ?? 1)).toBeCloseTo(1, 6)
        expect((one?.low ?? 0) <= (one?.value ?? 0) * (1 + 1e-9)).toBe(true)
        expect((one?.high ?? 0) >= (one?.value ?? 0) * (1 - 1e-9)).toBe(true)
      }),
    )
  })
})
