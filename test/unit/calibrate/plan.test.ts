import { describe, expect, it } from 'vitest'
import { openPlanOf } from '../../../src/calibrate/calibrate.js'
import { type Fixture, fixtures } from '../../../src/calibrate/fixtures.js'
import { planCalibration, secondsAt } from '../../../src/calibrate/plan.js'
import { VALUES_BEYOND } from '../../../src/stats/validity/enough.js'

const ASKED = { fixtures: null, rates: null, seconds: null, peerSeconds: null, repeats: null, quick: false }

const schedulesOf = (choice: Partial<Parameters<typeof planCalibration>[0]>, name: string) =>
  planCalibration({ ...ASKED, ...choice }).entries.find(({ fixture }) => fixture.name === name)?.schedules

describe('the plan of a calibration', () => {
  it('measures the fixed delays at every rate and the others at the middle one', () => {
    expect(schedulesOf({ rates: [900, 100, 300] }, 'fixed-10')?.map(({ rate }) => rate)).toEqual([
      100, 300, 900,
    ])
    expect(schedulesOf({ rates: [900, 100, 300] }, 'hung')?.map(({ rate }) => rate)).toEqual([300])
  })

  it('measures a stall for whole cycles', () => {
    expect(schedulesOf({}, 'stall')).toEqual([{ rate: 500, seconds: 12 }])
    expect(schedulesOf({ seconds: 2 }, 'stall')?.map(({ seconds }) => seconds)).toEqual([6])
    expect(schedulesOf({ seconds: 6 }, 'stall')?.map(({ seconds }) => seconds)).toEqual([6])
    expect(schedulesOf({ seconds: 7 }, 'stall')?.map(({ seconds }) => seconds)).toEqual([12])
  })

  it('takes the fixtures that were named, and refuses a name that there is not', () => {
    const { entries } = planCalibration({ ...ASKED, fixtures: ['hung', 'fixed-1'] })
    expect(entries.map(({ fixture }) => fixture.name)).toEqual(['fixed-1', 'hung'])
    expect(() => planCalibration({ ...ASKED, fixtures: ['hang'] })).toThrow(
      "--fixture hang: there is no such fixture; did you mean 'hung'?",
    )
  })

  it('measures a stall at its own rate unless rates are asked for', () => {
    expect(schedulesOf({ rates: [300] }, 'stall')?.map(({ rate }) => rate)).toEqual([300])
    expect(schedulesOf({ quick: true }, 'stall')?.map(({ rate }) => rate)).toEqual([200])
  })

  it('measures the race of idle connections at its own rate, whatever is asked for', () => {
    const own = [{ rate: 1, seconds: 10 }]
    expect(schedulesOf({}, 'idle')).toEqual(own)
    expect(schedulesOf({ rates: [300], seconds: 2 }, 'idle')).toEqual(own)
  })

  it('takes as long as judging p99.9 takes, where that is no more than 10 s', () => {
    expect([100, 500, 1_000, 2_500, 10_000].map((rate) => secondsAt(rate))).toEqual([5, 10, 5, 2, 2])
    const { entries } = planCalibration(ASKED)
    for (const { fixture, schedules } of entries.filter(({ fixture }) => !fixture.own)) {
      // What is dropped has no latency.
      const answered = fixture.name === 'fin' ? 0.9 : 1
      for (const { rate, seconds } of schedules) {
        const beyond = (percentile: number) => (answered * rate * seconds * (100 - percentile)) / 100
        expect(beyond(99), fixture.name).toBeGreaterThanOrEqual(VALUES_BEYOND)
        expect(beyond(99.9) > VALUES_BEYOND - 0.01, fixture.name).toBe(rate >= 500)
      }
    }
  })

  it('measures thrice, once where it is quick, or as often as asked', () => {
    expect(planCalibration(ASKED).repeats).toBe(3)
    expect(planCalibration({ ...ASKED, quick: true }).repeats).toBe(1)
    expect(planCalibration({ ...ASKED, repeats: 5 }).repeats).toBe(5)
  })

  it('takes the duration that is asked for, and is short where it is quick', () => {
    expect(schedulesOf({ seconds: 3 }, 'fixed-1')?.map(({ seconds }) => seconds)).toEqual([3, 3, 3])
    expect(schedulesOf({ quick: true }, 'fixed-1')).toEqual([{ rate: 200, seconds: 0.5 }])
  })

  it('takes at most 440 s, repeats, lead-ins and tools included', () => {
    const { entries, peerSeconds, repeats } = planCalibration(ASKED)
    const loads = entries.flatMap(({ schedules }) => schedules.map((one) => repeats * (one.seconds + 1)))
    const cycles = entries.map(({ fixture }) => (fixture.behaviour.stall?.cycleMs ?? 0) / 1_000)
    const peers = cycles.map((cycle) => 2 * Math.max(cycle, peerSeconds))
    expect([...loads, ...peers].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(440)
  })
})

describe('the load of a measurement', () => {
  it('may open more connections than the fixture can hold at that rate', () => {
    for (const fixture of fixtures({ quick: false })) {
      const plan = openPlanOf(fixture, { rate: 500, seconds: 3 }, 'http://127.0.0.1:1', {
        generatorCpus: [],
        seed: 1,
      })
      expect(plan.maxConnections).toBeGreaterThan(500 * mostSecondsOf(fixture))
      expect(plan.stages).toEqual([{ seconds: 3, from: 500, to: 500 }])
    }
  })
})

/** Read off the titles. */
function mostSecondsOf({ name }: Fixture): number {
  return { stall: 2, hung: 1, bimodal: 0.2, 'fixed-100': 0.1 }[name] ?? 0.025
}
