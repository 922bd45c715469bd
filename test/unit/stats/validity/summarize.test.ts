import { expect, it } from 'vitest'
import type { ProcessUsage } from '../../../../src/model/run/server-truth.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { sampleOf } from './sample-fixture.js'

const usage = (role: ProcessUsage['role'], cpuUs: number, rssPeakBytes: number): ProcessUsage => ({
  name: role,
  role,
  processes: 1,
  cpuUs,
  rssPeakBytes,
})

it('gives throughput over measured time, and percentiles in µs', () => {
  const summary = summarize(sampleOf())
  expect(summary.throughput).toBe(500)
  expect((summary.p50Us ?? 0) / 500_000).toBeCloseTo(1, 2)
  expect((summary.p95Us ?? 0) / 950_000).toBeCloseTo(1, 2)
  expect((summary.p99Us ?? 0) / 990_000).toBeCloseTo(1, 2)
  expect((summary.maxUs ?? 0) / 1_000_000).toBeCloseTo(1, 2)
  expect(summary).toMatchObject({ errorRate: 0, cpuPerRequestUs: null, rssPeakBytes: null })
})

it('counts answers over the time in which they came, but a stall at the end too', () => {
  const counts = { ...sampleOf().counts, ok: 96 }
  const second = { seconds: 1, ok: 32, errors: 0, p50Us: 1.01e6, p99Us: 1.02e6 }
  const intervals = [0, 1, 2, 3].map((atSeconds) => ({ ...second, atSeconds }))
  const waves = { counts, intervals, durationUs: 3.99e6, lastOkUs: 3.03e6 }
  // 32 users who are all answered after 1.01 s.
  expect(summarize(sampleOf(waves)).throughput).toBeCloseTo(96 / 3.03, 6)
  const fast = intervals.map((one) => ({ ...one, p99Us: 20_000 }))
  expect(summarize(sampleOf({ ...waves, intervals: fast })).throughput).toBeCloseTo(96 / 3.99, 6)
  // Written by an earlier version.
  const { lastOkUs: _, ...older } = waves
  expect(summarize(sampleOf(older)).throughput).toBeCloseTo(96 / 3.99, 6)
})

it('leaves unfinished requests out of the error rate', () => {
  const counts = {
    sent: 110,
    ok: 60,
    badStatus: 10,
    badBody: 10,
    timeout: 10,
    connectionError: 10,
    unfinished: 10,
  }
  expect(summarize(sampleOf({ counts })).errorRate).toBeCloseTo(0.4, 12)
})

it("counts the level's own processes, not its services", () => {
  const server = {
    usage: [usage('web', 900_000, 70), usage('proxy', 100_000, 30), usage('service', 9e6, 900)],
  }
  expect(summarize(sampleOf(), server)).toMatchObject({ cpuPerRequestUs: 1_000, rssPeakBytes: 100 })
})

it('has no percentiles and no cost per request where nothing was answered', () => {
  const counts = { sent: 2, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 2, unfinished: 0 }
  const summary = summarize(sampleOf({ counts, histogram: '', durationUs: 0 }), {
    usage: [usage('web', 10, 10)],
  })
  expect(summary).toMatchObject({
    throughput: 0,
    p50Us: null,
    maxUs: null,
    errorRate: 1,
    cpuPerRequestUs: null,
  })
})
