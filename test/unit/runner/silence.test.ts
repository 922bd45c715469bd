import { expect, it } from 'vitest'
import type { Interval, Sample } from '../../../src/model/sample.js'
import { stoppedAnsweringAt } from '../../../src/runner/silence.js'

function sample(oks: readonly number[], options: { p99Us?: number; seconds?: number } = {}): Sample {
  const intervals: Interval[] = oks.map((ok, atSeconds) => ({
    atSeconds,
    seconds: 1,
    ok,
    errors: 0,
    p50Us: ok > 0 ? 1_000 : null,
    p99Us: ok > 0 ? (options.p99Us ?? 2_000) : null,
  }))
  return {
    engine: 'fake',
    durationUs: (options.seconds ?? oks.length) * 1e6,
    counts: { sent: 0, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 },
    statuses: {},
    errors: [],
    bytesReceived: 0,
    histogram: '',
    censored: 0,
    intervals,
    steps: [],
    generator: { processes: 1, cpuShare: 0.1, loopDelayP99Us: 100 },
  }
}

it('is null for a service that answered to the end', () => {
  expect(stoppedAnsweringAt(sample([100, 90, 80]))).toBeNull()
  expect(stoppedAnsweringAt(sample([100, 0, 80]))).toBeNull()
})

it('tells when the answers ended', () => {
  expect(stoppedAnsweringAt(sample([100, 100, 0, 0]))).toBe(2)
  expect(stoppedAnsweringAt(sample([0, 0]))).toBe(0)
})

it('gives a slow service the time that its answers take', () => {
  expect(stoppedAnsweringAt(sample([3, 2, 0, 0], { p99Us: 900_000 }))).toBeNull()
  expect(stoppedAnsweringAt(sample([3, 2, 0, 0, 0, 0, 0], { p99Us: 900_000 }))).toBe(2)
})
