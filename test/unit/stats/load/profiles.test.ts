import { describe, expect, it } from 'vitest'
import { PROFILE_NAMES } from '../../../../src/model/plan/profile-base.js'
import { baseRate, stagesOf } from '../../../../src/stats/load/profiles.js'

const of = (profile: (typeof PROFILE_NAMES)[number], rate = 1_000, durationSeconds = 30) =>
  stagesOf(profile, { rate, durationSeconds })

describe('baseRate', () => {
  const from = { rate: null, share: 0.6, capacity: 1_000, own: null }

  it.each([
    ['steady', 600],
    ['soak', 600],
    ['ramp', 1_000],
    ['spike', 1_000],
    ['stress', 1_000],
    ['stages', 1_000],
  ] as const)('of %s is %d of a capacity of 1,000 at 60 %%', (profile, rate) => {
    expect(baseRate(profile, from)).toBe(rate)
    expect(baseRate(profile, { ...from, rate: 50 })).toBe(50)
    expect(baseRate(profile, { ...from, capacity: null })).toBeNull()
    expect(baseRate(profile, { ...from, capacity: 0 })).toBeNull()
  })

  it("of a user's own rates is the highest of them, with or without a capacity", () => {
    const own = {
      of: 'rate' as const,
      stages: [
        { seconds: 1, from: 5, to: 80 },
        { seconds: 1, from: 7, to: 7 },
      ],
    }
    expect(baseRate('stages', { ...from, own, capacity: null })).toBe(80)
  })
})

describe('stagesOf', () => {
  it('holds steady and soak at the base', () => {
    expect(of('steady')).toEqual([{ seconds: 30, from: 1_000, to: 1_000 }])
    expect(of('soak')).toEqual(of('steady'))
  })

  it('ramps in 15 steps from 10 % to 150 %', () => {
    const stages = of('ramp')
    expect(stages.map(({ to }) => Math.round(to))).toEqual(
      Array.from({ length: 15 }, (_, i) => 100 * (i + 1)),
    )
    expect(stages.every(({ from, to, seconds }) => from === to && Math.abs(seconds - 2) < 1e-9)).toBe(true)
  })

  it('spikes tenfold past the capacity and comes back', () => {
    const [before, spike, after] = of('spike').map(({ to }) => to)
    expect([before, spike, after]).toEqual([150, 1_500, 150])
  })

  it('stresses past the capacity and comes back at once', () => {
    const stages = of('stress')
    expect(stages.map(({ from, to }) => [from, to])).toEqual([
      [500, 500],
      [500, 1_500],
      [1_500, 1_500],
      [500, 500],
    ])
  })

  it('lasts as long as was asked for', () => {
    for (const profile of PROFILE_NAMES.filter((name) => name !== 'stages')) {
      expect(
        of(profile).reduce((sum, { seconds }) => sum + seconds, 0),
        profile,
      ).toBeCloseTo(30, 9)
    }
  })

  it("takes a user's own rates as they are, and shares of the capacity times it", () => {
    const stages = [{ seconds: 5, from: 0.5, to: 2 }]
    const load = { rate: 100, durationSeconds: 30 }
    expect(stagesOf('stages', { ...load, own: { of: 'rate', stages } })).toEqual(stages)
    expect(stagesOf('stages', { ...load, own: { of: 'capacity', stages } })).toEqual([
      { seconds: 5, from: 50, to: 200 },
    ])
    expect(() => stagesOf('stages', load)).toThrow('needs stages')
  })
})
