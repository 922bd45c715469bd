import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endsOf, foldRepeats, scaled } from '../../../../src/stats/estimate/repeat-interval.js'

describe('the fold of repeats', () => {
  it('is the median, with the t-interval of the logarithms', () => {
    // Computed apart, with the tabled t of 2 degrees of freedom, 4.30265.
    const fold = foldRepeats([100, 95, 108])
    expect(fold).toMatchObject({ value: 100, min: 95, max: 108, each: [100, 95, 108] })
    expect(fold?.low).toBeCloseTo(85.9156, 3)
    expect(fold?.high).toBeCloseTo(118.4021, 3)
    expect(foldRepeats([2, 4, 1, 3])?.value).toBe(2.5)
  })

  it('has no ends for one repeat or for what is not above 0, and is none for none', () => {
    expect(foldRepeats([5])).toEqual({ value: 5, low: null, high: null, min: 5, max: 5, each: [5] })
    expect(foldRepeats([])).toBeNull()
    expect(foldRepeats([5, 0])).toMatchObject({ value: 2.5, low: null, high: null })
  })

  it('lies within its interval, however many repeats stray', () => {
    const strayed = [...Array<number>(12).fill(100), ...Array<number>(8).fill(10_000)]
    expect(endsOf(strayed).low).toBeGreaterThan(100)
    expect(foldRepeats(strayed)).toMatchObject({ value: 100, low: 100 })
    expect(foldRepeats(strayed)?.high).toBe(endsOf(strayed).high)
  })

  it('grows with its values', () => {
    const values = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 100, noNaN: true }), (each, factor) => {
        const expected = scaled({ value: 1, ...endsOf(each) }, factor)
        const other = endsOf(each.map((value) => value * factor))
        expect((other.low ?? 0) / (expected.low ?? 1)).toBeCloseTo(1, 6)
        expect((other.high ?? 0) / (expected.high ?? 1)).toBeCloseTo(1, 6)
        expect((other.low ?? 0) <= (other.high ?? 0)).toBe(true)
      }),
    )
  })
})
