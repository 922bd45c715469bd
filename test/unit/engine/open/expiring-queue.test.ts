import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ExpiringQueue } from '../../../../src/engine/open/expiring-queue.js'

it('is first in, first out, over any mix of adding, taking and expiring', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ shift: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ until: fc.integer({ min: 0, max: 5_000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new ExpiringQueue<{ intendedUs: number }>()
      let expected: number[] = []
      let clock = 0
      for (const one of steps) {
        if ('push' in one) {
          for (let i = 0; i < one.push; i++) {
            queue.push({ intendedUs: clock })
            expected.push(clock++)
          }
        } else if ('shift' in one) {
          for (let i = 0; i < one.shift; i++) expect(queue.shift()?.intendedUs).toBe(expected.shift())
        } else {
          const taken = expected.filter((at) => at <= one.until)
          expected = expected.filter((at) => at > one.until)
          expect(queue.takeUntil(one.until).map(({ intendedUs }) => intendedUs)).toEqual(taken)
        }
        expect([queue.size, queue.first?.intendedUs]).toEqual([expected.length, expected[0]])
      }
    }),
    { seed: 1, numRuns: 30 },
  )
})
