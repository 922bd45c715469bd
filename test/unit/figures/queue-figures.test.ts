import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionOf } from '../../../src/figures/queue-figures.js'

describe('completionOf', () => {
  it('is null where nothing was done', () => {
    expect(completionOf([])).toBeNull()
  })

  it('gives nearest ranks of the buckets of all repeats, and doubling bounds', () => {
    const all = [
      { leUs: 1_000, count: 50 },
      { leUs: 1_500, count: 25 },
      { leUs: 1_000, count: 20 },
      { leUs: 9_000, count: 5 },
    ]
    expect(completionOf(all)).toEqual({
      count: 100,
      p50Us: 1_000,
      p95Us: 1_500,
      p99Us: 9_000,
      maxUs: 9_000,
      histogram: [
        { leUs: 1_000, count: 70 },
        { leUs: 2_000, count: 25 },
        { leUs: 16_000, count: 5 },
      ],
    })
  })

  it('is never below the value of that rank, whatever the counts', () => {
    const bucket = fc.record({
      leUs: fc.integer({ min: 1, max: 1e9 }),
      count: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 20 }), (buckets) => {
        const values = buckets
          .flatMap(({ leUs, count }) => new Array<number>(count).fill(leUs))
          .sort((a, b) => a - b)
        const rank = (q: number) => values[Math.ceil(q * values.length) - 1]
        expect(completionOf(buckets)).toMatchObject({
          count: values.length,
          p50Us: rank(0.5),
          p95Us: rank(0.95),
          p99Us: rank(0.99),
          maxUs: values.at(-1),
        })
      }),
    )
  })
})
