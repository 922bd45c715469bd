import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ExactPause, pauseAfter } from '../../../../src/engine/closed/exact-pause.js'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

it('waits not at all after a first failure, then ever longer, up to a second', () => {
  expect([0, 1, 2, 3, 4, 9, 10, 50].map(pauseAfter)).toEqual([0, 0, 5, 10, 20, 640, 1_000, 1_000])
})

it('goes on when its time is over, and no earlier though the timer is early', () => {
  const pause = new ExactPause()
  const then = vi.fn()
  const clock = vi.spyOn(performance, 'now')
  clock.mockReturnValue(100)
  pause.start(10.5, then)
  clock.mockReturnValue(110.2)
  vi.advanceTimersByTime(11)
  expect([then.mock.calls.length, pause.isOn]).toEqual([0, true])
  clock.mockReturnValue(110.6)
  vi.advanceTimersByTime(1)
  expect([then.mock.calls.length, pause.isOn]).toEqual([1, false])
})

it('goes on with nothing once it is ended', () => {
  const pause = new ExactPause()
  const then = vi.fn()
  pause.start(10, then)
  pause.end()
  vi.advanceTimersByTime(1_000)
  expect(then).not.toHaveBeenCalled()
  expect(pause.isOn).toBe(true)
})
