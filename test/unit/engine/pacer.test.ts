import { afterEach, expect, it, vi } from 'vitest'
import { Pacer } from '../../../src/engine/pacer.js'

afterEach(() => void vi.unstubAllGlobals())

/** Runs a pacer to its end, on a clock that only its own sleeps and rounds of the event loop move. */
function pace(times: readonly number[], { roundUs = 10, worksRounds = 0 } = {}) {
  const left = [...times]
  const ran: { late: number; idleUs: number }[] = []
  let nowUs = 0
  let next: (() => void) | null = null
  vi.stubGlobal('setImmediate', (run: () => void) => {
    next = () => {
      nowUs += roundUs
      run()
    }
  })
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    next = () => {
      nowUs += ms * 1_000
      run()
    }
  })
  const pacer: Pacer = new Pacer(
    () => nowUs,
    () => {
      while (left[0] !== undefined && left[0] <= nowUs) {
        ran.push({ late: nowUs - (left.shift() as number), idleUs: pacer.idleUs })
        if (worksRounds > 0) pacer.worked(worksRounds)
      }
      return left[0] ?? null
    },
  )
  pacer.run()
  for (let round = next as (() => void) | null; round; round = next) {
    next = null
    round()
  }
  return ran
}

it('is late by no more than a round, through sleeps and without them', () => {
  const ran = pace([0, 505, 505, 611, 9_000, 9_001])
  expect(ran).toHaveLength(6)
  for (const { late } of ran) expect(late).toBeLessThanOrEqual(10)
})

it('counts the rounds without work as idle, and no sleep', () => {
  const [first, second, third] = pace([500, 1_000, 9_000])
  expect(first?.idleUs).toBe(500)
  expect(second?.idleUs).toBe(1_000)
  // 6 ms of the 8 are slept.
  expect(third?.idleUs).toBeGreaterThan(1_000)
  expect(third?.idleUs).toBeLessThanOrEqual(1_000 + 2_010)
})

it('does not count rounds with work, nor most of a round in which the process was held up', () => {
  const worked = pace([500, 1_000], { worksRounds: 2 })
  expect(worked[1]?.idleUs).toBe(1_000 - 20)
  const heldUp = pace([1_000], { roundUs: 1_000 })
  expect(heldUp[0]?.idleUs).toBe(50)
})
