import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Drain, longestDrain } from '../../../../src/engine/process/drain.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What was left, once it is known. */
function drain(inFlight: number, timeoutSeconds: number) {
  const told: number[] = []
  return { drain: new Drain(inFlight, timeoutSeconds, (left) => told.push(left)), told }
}

it('is over at once where nothing is in flight', () => {
  expect(drain(0, 1).told).toEqual([0])
})

it('ends with the last answer, and only once', () => {
  const { drain: one, told } = drain(2, 1)
  one.answered()
  expect(told).toEqual([])
  one.answered()
  one.end()
  vi.advanceTimersByTime(100_000)
  expect(told).toEqual([0])
})

it('waits for the time-out from each answer on', () => {
  const { drain: one, told } = drain(5, 10)
  for (let answers = 0; answers < 3; answers++) {
    vi.advanceTimersByTime(9_000)
    one.answered()
  }
  vi.advanceTimersByTime(9_999)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told).toEqual([2])
})

it('ends after a minute, or the time-out where that is longer', () => {
  const { drain: one, told } = drain(1_000, 10)
  for (let second = 0; second < 60; second++) {
    vi.advanceTimersByTime(1_000)
    one.answered()
  }
  expect(told).toEqual([941])
  expect([longestDrain(1), longestDrain(90)]).toEqual([60, 90])
})
