import { expect, it } from 'vitest'
import { OpenSeconds } from '../../../../src/engine/tally/open-seconds.js'
import { decodeHistogram } from '../../../../src/stats/estimate/histogram.js'

it('tells a second once it is over and all its requests are settled', () => {
  const seconds = new OpenSeconds()
  seconds.arrived(100_000)
  seconds.arrived(900_000)
  seconds.arrived(1_000_000)
  seconds.ok(100_000, 300)
  expect(seconds.take(1)).toEqual([])
  seconds.failed(1_000_000)
  expect(seconds.take(2)).toMatchObject([{ atSeconds: 1, seconds: 1, scheduled: 1, ok: 0, errors: 1 }])
  // It came 1.2 s late, and belongs to the second in which it was to be sent.
  seconds.ok(900_000, 1_200_000)
  const [first, ...rest] = seconds.take(3)
  expect(first).toMatchObject({ atSeconds: 0, scheduled: 2, ok: 2, errors: 0 })
  expect(decodeHistogram(first?.histogram ?? '').getValueAtPercentile(1)).toBe(300)
  // A second without an arrival is told as well.
  expect(rest).toMatchObject([{ atSeconds: 2, scheduled: 0, histogram: '' }])
  expect(seconds.take(3)).toEqual([])
})

it('tells the rest at the end, the last second by its length, and never the times of another', () => {
  const seconds = new OpenSeconds()
  seconds.arrived(0)
  seconds.ok(0, 5_000)
  expect(seconds.take(1)).toHaveLength(1)
  seconds.arrived(1_200_000)
  seconds.arrived(1_200_001)
  seconds.dropped(1_200_001)
  const [rest, ...more] = seconds.take(1.25, true)
  expect(rest).toMatchObject({ atSeconds: 1, seconds: 0.25, scheduled: 2, ok: 0, errors: 0, histogram: '' })
  expect(more).toEqual([])
})
