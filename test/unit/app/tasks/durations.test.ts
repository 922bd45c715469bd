import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boundOf, bucketOf, readDurations } from '../../../../src/app/tasks/durations.js'

it('every duration lies in its bucket, whose bound is at most 9.1 % above it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.125, max: 1e9, noNaN: true }), (ms) => {
      const bound = boundOf(bucketOf(ms)) * 1_000
      expect(bound).toBeGreaterThanOrEqual(ms * (1 - 1e-9))
      expect(bound / ms).toBeLessThan(2 ** (1 / 8) + 1e-9)
    }),
  )
})

it('nothing is faster than the first bucket, not even what a clock that was set back says', () => {
  expect(bucketOf(0)).toBe(-24)
  expect(bucketOf(-5)).toBe(-24)
  expect(boundOf(-24)).toBe(0.000_125)
})

it('reads the fields of a hash, sorted, those of one histogram only', () => {
  const fields = {
    'run:8': '2',
    'run:-3': '1',
    'run:16': '4',
    run_us: '2500000',
    'completion:8': '9',
    done: '7',
  }
  expect(readDurations(fields, 'run')).toEqual({
    sumSeconds: 2.5,
    buckets: [
      { le: boundOf(-3), count: 1 },
      { le: 0.002, count: 2 },
      { le: 0.004, count: 4 },
    ],
  })
  expect(readDurations({}, 'run')).toEqual({ sumSeconds: 0, buckets: [] })
})
