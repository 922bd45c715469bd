import { expect, it } from 'vitest'
import type { ProcessUsage } from '../../../src/model/server-truth.js'
import { summarize } from '../../../src/stats/summarize.js'
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
