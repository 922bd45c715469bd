import { expect, it } from 'vitest'
import { OpenTally } from '../../../../src/engine/open/open-tally.js'
import { decodeHistogram } from '../../../../src/stats/estimate/histogram.js'

const values = (encoded: string) => {
  const histogram = decodeHistogram(encoded)
  return [histogram.totalCount, histogram.minNonZeroValue, histogram.getValueAtPercentile(100)]
}

it('takes latency from the intended moment and service time from that of sending', () => {
  const tally = new OpenTally(['GET /'])
  tally.arrived(1_000, 1_100)
  tally.sent(0)
  tally.answered(0, { intendedUs: 1_000, handedUs: 1_200, sentUs: 1_500 }, 2_000, 200, null)
  const { steps, serviceHistogram, lagHistogram, ownLagHistogram } = tally.total()
  expect(values(steps[0]?.histogram ?? '')).toEqual([1, 1_000, 1_000])
  expect(values(serviceHistogram)).toEqual([1, 500, 500])
  expect(values(lagHistogram)).toEqual([1, 500, 500])
  expect(values(ownLagHistogram)).toEqual([1, 100, 100])
})

it('keeps what was given up as lower bounds, what failed out of the times, and everything in the counts', () => {
  const tally = new OpenTally(['GET /'])
  const times = { intendedUs: 0, handedUs: 100, sentUs: null }
  for (let i = 0; i < 5; i++) tally.arrived(0, 50)
  for (let i = 0; i < 4; i++) tally.sent(0)
  tally.connectionFailed(0, times, 'ECONNREFUSED')
  tally.answered(0, times, 900, 500, { kind: 'badStatus', what: 'status 500' })
  tally.timedOut(0, times, 1_100, 'timeout')
  tally.unfinished(0, times, 1_200)
  tally.unsent(0, 1_300)
  const total = tally.total()
  expect(total.counts).toMatchObject({ sent: 4, connectionError: 1, badStatus: 1, timeout: 1, unfinished: 1 })
  expect([total.scheduled, total.unsent, total.censored]).toEqual([5, 1, 2])
  expect(values(total.steps[0]?.histogram ?? '')).toEqual([2, 1_100, 1_200])
  expect(values(total.serviceHistogram)).toEqual([2, 1_000, 1_100])
  expect(values(total.lagHistogram)).toEqual([4, 100, 100])
  expect(values(total.ownLagHistogram)).toEqual([5, 50, 50])
  expect(values(total.unsentHistogram)).toEqual([1, 1_300, 1_300])
  expect(tally.takeSeconds(1)).toMatchObject([{ scheduled: 5, ok: 0, errors: 3 }])
})
