import { expect } from 'vitest'
import type { OpenFacts, Sample } from '../../../src/model/run/sample.js'
import { decodeHistogram } from '../../../src/stats/estimate/histogram.js'
import { accounted } from './loopback.js'

/** What must hold of every sample of an open loop, whatever the server did. */
export function expectReconciled(sample: Sample): OpenFacts {
  const { counts, steps, intervals, open } = sample
  if (!open) throw new Error('the sample has no facts of an open loop')
  expect(counts.sent + open.unsent).toBe(open.scheduled)
  expect(accounted(sample)).toBe(counts.sent)
  expect(steps.reduce((sum, { sent }) => sum + sent, 0)).toBe(counts.sent)
  expect(intervals.reduce((sum, { scheduled = 0 }) => sum + scheduled, 0)).toBe(open.scheduled)
  expect(intervals.reduce((sum, { ok }) => sum + ok, 0)).toBe(counts.ok)
  const failed = counts.badStatus + counts.badBody + counts.timeout + counts.connectionError
  expect(intervals.reduce((sum, { errors }) => sum + errors, 0)).toBe(failed)
  expect(sample.censored).toBe(counts.timeout + counts.unfinished + open.unsent)
  expect(decodeHistogram(sample.histogram).totalCount).toBe(counts.ok + sample.censored)
  expect(decodeHistogram(open.lagHistogram).totalCount).toBe(counts.sent)
  expect(decodeHistogram(open.ownLagHistogram).totalCount).toBe(open.scheduled)
  const served = counts.ok + counts.timeout + counts.unfinished
  expect(decodeHistogram(open.serviceHistogram).totalCount).toBe(served)
  expect(open.peakConnections).toBeLessThanOrEqual(open.maxConnections)
  return open
}
