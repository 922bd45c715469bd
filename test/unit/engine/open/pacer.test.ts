import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { Pacer } from '../../../../src/engine/open/pacer.js'

afterEach(() => void vi.unstubAllGlobals())

interface Paced {
  /** Length of a round of the event loop. */
  readonly roundUs?: number
  readonly worksRounds?: number
  readonly staysAwake?: boolean
  /** What is added to each round and each sleep in turn, again and again; below 0 a timer that fires early. */
  readonly jitterUs?: readonly number[]
}

/** Runs a pacer to its end, on a clock that only its own sleeps and rounds of the event loop move. */
function pace(
  times: readonly number[],
  { roundUs = 10, worksRounds = 0, staysAwake = false, jitterUs = [0] }: Paced = {},
) {
  const left = [...times]
  const ran: { at: number; late: number; idleUs: number }[] = []
  let moves = 0
  const pass = (us: number) => {
    nowUs += Math.max(0, us + (jitterUs[moves++ % jitterUs.length] ?? 0))
  }
  let nowUs = 0
  let next: (() => void) | null = null
  vi.stubGlobal('setImmediate', (run: () => void) => {
    next = () => {
      pass(roundUs)
      run()
    }
  })
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    next = () => {
      pass(ms * 1_000)
      run()
    }
  })
  const pacer: Pacer = new Pacer(
    () => nowUs,
    () => {
      while (left[0] !== undefined && left[0] <= nowUs) {
        const at = left.shift() as number
        ran.push({ at, late: nowUs - at, idleUs: pacer.idleUs })
        if (worksRounds > 0) pacer.worked(worksRounds)
      }
      return left[0] ?? null
    },
    () => staysAwake,
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

it('comes to every moment, in order and never early, whatever the clock does', () => {
  const moments = fc
    .array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 50 })
    .map((times) => times.sort((a, b) => a - b))
  const jitter = fc.array(fc.integer({ min: -900, max: 30_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      moments,
      jitter,
      fc.integer({ min: 1, max: 500 }),
      fc.nat(2),
      (times, more, roundUs, worksRounds) => {
        // A clock that never moves would never get there.
        const jitterUs = [...more, 1]
        const ran = pace(times, { roundUs, worksRounds, jitterUs })
        expect(ran.map(({ at }) => at)).toEqual(times)
        for (const { late } of ran) expect(late).toBeGreaterThanOrEqual(0)
        // Without a delay from outside, a sleep ends before the moment and a round is all that it can be missed by.
        const longest = roundUs + Math.max(0, ...jitterUs)
        for (const { late } of ran) expect(late).toBeLessThanOrEqual(longest)
        const idle = ran.map(({ idleUs }) => idleUs)
        expect(idle).toEqual([...idle].sort((a, b) => a - b))
      },
    ),
    { seed: 1 },
  )
})

it('does not sleep while it is to stay awake, and counts that as idle', () => {
  const [asleep, awake] = [false, true].map((staysAwake) => pace([0, 50_000], { staysAwake }))
  expect(asleep?.[1]?.idleUs).toBeLessThan(3_000)
  expect(awake?.[1]?.idleUs).toBeGreaterThan(49_000)
})
