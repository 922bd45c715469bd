import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addHistogram,
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  HIGHEST_US,
  mergeHistograms,
  percentiles,
  record,
} from '../../../../src/stats/estimate/histogram.js'

const times = fc.array(fc.integer({ min: 0, max: HIGHEST_US }), { maxLength: 60 })
/** As latencies are: of any magnitude. */
const skewed = fc
  .double({ min: 0, max: Math.log(HIGHEST_US), noNaN: true })
  .map((power) => Math.min(HIGHEST_US, Math.round(Math.exp(power))))
const filled = (values: readonly number[]) => {
  const histogram = createHistogram()
  for (const value of values) record(histogram, value)
  return histogram
}
const encoded = (values: readonly number[]) => encodeHistogram(filled(values))

describe('histogram', () => {
  it('is empty as an empty text and has no percentiles then', () => {
    expect(encodeHistogram(createHistogram())).toBe('')
    expect(percentiles(decodeHistogram(''))).toEqual({
      p50Us: null,
      p90Us: null,
      p95Us: null,
      p99Us: null,
      p999Us: null,
      maxUs: null,
      count: 0,
    })
  })

  it('keeps a known distribution within 0.1 %', () => {
    const got = percentiles(filled(Array.from({ length: 10_000 }, (_, i) => (i + 1) * 10)))
    const near = (actual: number | null, wanted: number) =>
      expect(Math.abs((actual ?? 0) - wanted) / wanted).toBeLessThan(0.001)
    near(got.p50Us, 50_000)
    near(got.p90Us, 90_000)
    near(got.p95Us, 95_000)
    near(got.p99Us, 99_000)
    near(got.p999Us, 99_900)
    near(got.maxUs, 100_000)
    expect(got.count).toBe(10_000)
  })

  it('clamps what lies outside its range instead of failing', () => {
    const histogram = filled([-5, HIGHEST_US * 10, Number.POSITIVE_INFINITY])
    expect(histogram.totalCount).toBe(3)
    expect(percentiles(histogram).p50Us).toBeGreaterThanOrEqual(HIGHEST_US)
  })

  it('records a count at once as that many single ones', () => {
    const one = createHistogram()
    record(one, 1234, 3)
    record(one, 99, 0)
    expect(encodeHistogram(one)).toBe(encoded([1234, 1234, 1234]))
  })

  it('comes back from its encoding with the same figures', () => {
    fc.assert(
      fc.property(times, (values) => {
        const histogram = filled(values)
        const back = decodeHistogram(encodeHistogram(histogram))
        expect(percentiles(back)).toEqual(percentiles(histogram))
        expect(encodeHistogram(back)).toBe(encodeHistogram(histogram))
      }),
      { numRuns: 60 },
    )
  })

  it('merges without loss, in any grouping and order', () => {
    fc.assert(
      fc.property(times, times, times, (a, b, c) => {
        const [x, y, z] = [encoded(a), encoded(b), encoded(c)]
        const whole = encoded([...a, ...b, ...c])
        expect(encodeHistogram(mergeHistograms([x, y, z]))).toBe(whole)
        expect(encodeHistogram(mergeHistograms([encodeHistogram(mergeHistograms([z, y])), x]))).toBe(whole)
      }),
      { numRuns: 40 },
    )
  })

  it('has percentiles that never fall as they go up', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { p50Us, p90Us, p95Us, p99Us, p999Us, maxUs } = percentiles(filled(values))
        const order = [p50Us, p90Us, p95Us, p99Us, p999Us, maxUs].map((value) => value ?? 0)
        expect(order).toEqual([...order].sort((a, b) => a - b))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps every count, alone and merged', () => {
    fc.assert(
      fc.property(fc.array(times, { maxLength: 5 }), (parts) => {
        const merged = mergeHistograms(parts.map(encoded))
        expect(merged.totalCount).toBe(parts.flat().length)
        const into = createHistogram()
        for (const part of parts) addHistogram(into, filled(part))
        expect(encodeHistogram(into)).toBe(encodeHistogram(merged))
      }),
      { numRuns: 40, seed: 1 },
    )
  })

  it('has the percentiles of the recorded values in order, within 0.1 %', () => {
    fc.assert(
      fc.property(fc.array(skewed, { minLength: 1, maxLength: 300 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b)
        const { p50Us, p90Us, p95Us, p99Us, p999Us, maxUs } = percentiles(filled(values))
        // Nearest rank, over the tenth of a percent: no rounding error of 0.999 × n decides.
        const at = (perMille: number) => sorted[Math.ceil((perMille * sorted.length) / 1_000) - 1] ?? 0
        const wanted = [at(500), at(900), at(950), at(990), at(999), at(1_000)]
        const got = [p50Us, p90Us, p95Us, p99Us, p999Us, maxUs]
        wanted.forEach((value, i) => {
          // The upper end of the value's bin.
          expect(got[i]).toBeGreaterThanOrEqual(value)
          expect(got[i]).toBeLessThanOrEqual(value * 1.001)
        })
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('refuses a text that is no histogram', () => {
    expect(() => decodeHistogram('hello')).toThrow(/not a histogram/)
    expect(() => decodeHistogram('AAAA')).toThrow(/not a histogram/)
  })
})
