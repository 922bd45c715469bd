import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PauseLog, SHORTEST_PAUSE_US, Standstills } from '../../../../src/stats/load/pauses.js'

describe('the log of pauses', () => {
  it('notes what took long between resting and waking, and nothing else', () => {
    const log = new PauseLog()
    log.rested(100)
    log.woke(130)
    // Work of its own.
    log.rested(5_000)
    log.woke(7_000)
    log.woke(9_000)
    expect(log.pauses()).toEqual([{ startUs: 5_000, endUs: 7_000 }])
    expect(log.isResting).toBe(false)
  })

  it('leaves out those that the process itself has caused', () => {
    const log = new PauseLog()
    for (const at of [0, 10_000]) {
      log.rested(at)
      log.woke(at + 1_000)
    }
    expect(log.pauses(({ startUs }) => startUs === 0)).toEqual([{ startUs: 10_000, endUs: 11_000 }])
  })

  it('keeps a bounded number of them', () => {
    const log = new PauseLog()
    for (let i = 0; i < 6_000; i++) {
      log.rested(i * 1_000)
      log.woke(i * 1_000 + SHORTEST_PAUSE_US)
    }
    expect(log.pauses()).toHaveLength(5_000)
  })
})

it('a moment in a pause is its end, any other itself', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 })))
  fc.assert(
    fc.property(gaps, fc.nat(20_000), (all, atUs) => {
      let freeUs = 0
      const pauses = all.map(([gap, length]) => {
        const startUs = freeUs + gap
        freeUs = startUs + length
        return { startUs, endUs: freeUs }
      })
      const inside = pauses.find(({ startUs, endUs }) => startUs <= atUs && atUs < endUs)
      expect(new Standstills(pauses).resumes(atUs)).toBe(inside?.endUs ?? atUs)
    }),
  )
})
