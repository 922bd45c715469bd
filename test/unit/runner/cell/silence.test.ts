import { expect, it } from 'vitest'
import type { Interval, Sample } from '../../../../src/model/run/sample.js'
import {
  endedTooSoon,
  neverAnswered,
  sampleProblem,
  stoppedAnsweringAt,
  warmUpProblem,
} from '../../../../src/runner/cell/silence.js'

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

/** An open loop's: of each second, how many were due and how many were answered as expected. */
function openSample(seconds: readonly (readonly [due: number, ok: number])[]): Sample {
  const closed = sample(seconds.map(([, ok]) => ok))
  const intervals = closed.intervals.map((one, i) => ({ ...one, scheduled: seconds[i]?.[0] ?? 0 }))
  return { ...closed, intervals, open: {} as NonNullable<Sample['open']> }
}

it('takes one bad answer at the end for an error, and no silence', () => {
  expect(stoppedAnsweringAt(openSample([...good(9), [1, 0]]))).toBeNull()
  expect(stoppedAnsweringAt(openSample([...good(5), ...bad(4)]))).toBeNull()
  expect(stoppedAnsweringAt(openSample([...good(5), ...bad(5)]))).toBe(5)
  expect(stoppedAnsweringAt(openSample([...good(3), [100, 0]]))).toBe(3)
})

it('expects nothing of seconds in which nothing was due', () => {
  expect(stoppedAnsweringAt(openSample([[1, 1], ...idle(9)]))).toBeNull()
  expect(stoppedAnsweringAt(openSample(idle(4)))).toBeNull()
  expect(stoppedAnsweringAt(openSample([[1, 0], ...idle(3)]))).toBe(0)
})

it('expects of a closed loop what its answers so far let expect', () => {
  expect(stoppedAnsweringAt(sample([1, 0, 1, 0, 0, 0], { p99Us: 100_000 }))).toBeNull()
  expect(stoppedAnsweringAt(sample([10, 10, 0], { p99Us: 100_000 }))).toBe(2)
})

it('tells a load that was too short for one answer from a service that failed', () => {
  const counts = { ...sample([]).counts, sent: 8, unfinished: 8 }
  expect(endedTooSoon({ ...sample([0, 0]), counts })).toContain('no answer came within 2.0 s')
  expect(endedTooSoon({ ...sample([0, 0]), counts, errors: [{ what: 'x', count: 1 }] })).toBeNull()
  expect(endedTooSoon({ ...sample([1, 0]), counts: { ...counts, ok: 1, sent: 9 } })).toBeNull()
  expect(endedTooSoon(sample([0]))).toBeNull()
})

it('tells of a service that answered nothing, although its answers were waited for', () => {
  const counts = { ...sample([0]).counts, sent: 4, ok: 0, unfinished: 4 }
  const hung = { ...sample([0]), counts, leftBehind: 4 }
  expect(neverAnswered(hung, 10)).toBe('not one of 4 requests was answered within 10 s')
  expect(neverAnswered({ ...hung, leftBehind: 3 }, 10)).toBeNull()
  expect(neverAnswered({ ...hung, counts: { ...counts, sent: 0 }, leftBehind: 0 }, 10)).toBeNull()
})

it('says why nothing can be measured after a warm-up', () => {
  const counts = { ...sample([0]).counts, sent: 4, badStatus: 4 }
  const refused = { ...sample([0]), counts, errors: [{ what: 'status 500', count: 4 }] }
  expect(warmUpProblem(refused, 10)).toBe('no answer was as expected: 4 × status 500')
  expect(warmUpProblem({ ...refused, counts: { ...counts, ok: 1 } }, 10)).toBeNull()
  expect(warmUpProblem({ ...refused, leftBehind: 4 }, 10)).toContain('not one of 4 requests')
})

it('says why a sample is no measurement: silence, but not of a load that may silence a service', () => {
  const silent = sample([100, 100, 0, 0])
  expect(sampleProblem(silent, true)).toContain('no good answer from 2.0 s of 4.0 s on')
  expect(sampleProblem(silent, false)).toBeNull()
  expect(sampleProblem(sample([100, 100]), true)).toBeNull()
})

function good(seconds: number): [number, number][] {
  return Array.from({ length: seconds }, () => [1, 1])
}

function bad(seconds: number): [number, number][] {
  return Array.from({ length: seconds }, () => [1, 0])
}

function idle(seconds: number): [number, number][] {
  return Array.from({ length: seconds }, () => [0, 0])
}
