import { expect, it } from 'vitest'
import type { Interval, Sample } from '../../../../src/model/run/sample.js'
import { answeredLater, silentFromSecond } from '../../../../src/stats/validity/silence.js'
import { sampleBySecond } from './sample-fixture.js'

it('is null for a service that answered to the end', () => {
  expect(silentFromSecond(sampleBySecond([100, 90, 80]))).toBeNull()
  expect(silentFromSecond(sampleBySecond([100, 0, 80]))).toBeNull()
})

it('tells when the answers ended', () => {
  expect(silentFromSecond(sampleBySecond([100, 100, 0, 0]))).toBe(2)
  expect(silentFromSecond(sampleBySecond([0, 0]))).toBe(0)
})

it('gives a slow service the time that its answers take', () => {
  expect(silentFromSecond(sampleBySecond([3, 2, 0, 0], 900_000))).toBeNull()
  expect(silentFromSecond(sampleBySecond([3, 2, 0, 0, 0, 0, 0], 900_000))).toBe(2)
})

/** An open loop's: of each second, how many were due and how many were answered as expected. */
function openSample(seconds: readonly (readonly [due: number, ok: number])[]): Sample {
  const closed = sampleBySecond(seconds.map(([, ok]) => ok))
  const intervals = closed.intervals.map((one, i) => ({ ...one, scheduled: seconds[i]?.[0] ?? 0 }))
  return { ...closed, intervals, open: {} as NonNullable<Sample['open']> }
}

it('takes one bad answer at the end for an error, and no silence', () => {
  expect(silentFromSecond(openSample([...good(9), [1, 0]]))).toBeNull()
  expect(silentFromSecond(openSample([...good(5), ...bad(4)]))).toBeNull()
  expect(silentFromSecond(openSample([...good(5), ...bad(5)]))).toBe(5)
  expect(silentFromSecond(openSample([...good(3), [100, 0]]))).toBe(3)
})

it('expects nothing of seconds in which nothing was due', () => {
  expect(silentFromSecond(openSample([[1, 1], ...idle(9)]))).toBeNull()
  expect(silentFromSecond(openSample(idle(4)))).toBeNull()
  expect(silentFromSecond(openSample([[1, 0], ...idle(3)]))).toBe(0)
})

it('expects of a closed loop what its answers so far let expect', () => {
  expect(silentFromSecond(sampleBySecond([1, 0, 1, 0, 0, 0], 100_000))).toBeNull()
  expect(silentFromSecond(sampleBySecond([10, 10, 0], 100_000))).toBe(2)
})

it('tells a service that was only slow from one that was gone', () => {
  const stalled = sampleBySecond([100, 0, 0])
  expect(answeredLater(stalled, 1)).toBe(true)
  expect(answeredLater({ ...stalled, leftBehind: 4 }, 1)).toBe(false)
  const [first, second, third] = stalled.intervals as [Interval, Interval, Interval]
  expect(answeredLater({ ...stalled, intervals: [first, second, { ...third, errors: 1 }] }, 1)).toBe(false)
  expect(answeredLater({ ...stalled, intervals: [{ ...first, errors: 1 }, second, third] }, 1)).toBe(true)
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
