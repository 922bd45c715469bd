import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateStage } from '../../../../src/model/plan/load-plan.js'
import { arrivalsOf, CumulativeRate, type ScheduleSpec } from '../../../../src/stats/load/schedule.js'

function timesOf(spec: Partial<ScheduleSpec>, first = 0, every = 1): number[] {
  const schedule: ScheduleSpec = { arrival: 'uniform', seed: 1, stages: [], ...spec }
  const arrivals = arrivalsOf(schedule, { first, every })
  const times: number[] = []
  for (let at = arrivals.next(); at !== null; at = arrivals.next()) times.push(at)
  return times
}

const rate = fc.double({ min: 0, max: 300, noNaN: true })
const anyStages = fc.array(
  fc.record({ seconds: fc.double({ min: 0.001, max: 5, noNaN: true }), from: rate, to: rate }),
  { maxLength: 5 },
)
const anySpec = fc.record({
  stages: anyStages,
  arrival: fc.constantFrom('uniform' as const, 'poisson' as const),
  seed: fc.integer(),
})
const total = (stages: readonly RateStage[]) =>
  stages.reduce((sum, { seconds, from, to }) => sum + (seconds * (from + to)) / 2, 0)

describe('CumulativeRate', () => {
  it('inverts the expected arrivals: a ramp from 0 to 200/s over 10 s has 250 of its 1,000 by half time', () => {
    const ramp = new CumulativeRate([{ seconds: 10, from: 0, to: 200 }])
    expect(ramp.total).toBe(1_000)
    expect(ramp.timeOf(250)).toBeCloseTo(5, 12)
    expect(ramp.timeOf(0)).toBe(0)
    expect(ramp.timeOf(1_000)).toBe(10)
    const falling = new CumulativeRate([{ seconds: 10, from: 200, to: 0 }])
    expect(falling.timeOf(750)).toBeCloseTo(5, 12)
    expect(falling.timeOf(1_000 - 1e-9)).toBeLessThanOrEqual(10)
  })

  it('lets a pause pass', () => {
    const rate = new CumulativeRate([
      { seconds: 1, from: 10, to: 10 },
      { seconds: 2, from: 0, to: 0 },
      { seconds: 1, from: 10, to: 10 },
    ])
    expect(rate.timeOf(9.5)).toBeCloseTo(0.95, 12)
    expect(rate.timeOf(10.5)).toBeCloseTo(3.05, 12)
  })
})

describe('arrivalsOf', () => {
  it('spaces uniform arrivals evenly, with none on the seam of two seconds', () => {
    const times = timesOf({ stages: [{ seconds: 10, from: 1_000, to: 1_000 }] })
    expect(times).toHaveLength(10_000)
    times.forEach((at, k) => {
      expect(Math.abs(at - (k + 0.5) / 1_000)).toBeLessThan(1e-9)
    })
    for (let second = 0; second < 10; second++) {
      expect(times.filter((at) => Math.floor(at) === second)).toHaveLength(1_000)
    }
  })

  it.each([100, 1_000, 5_000])('sends %i/s for 10 s without a burst or a gap in any 100 ms', (perSecond) => {
    const times = timesOf({ stages: [{ seconds: 10, from: perSecond, to: perSecond }] })
    expect(times).toHaveLength(10 * perSecond)
    const perWindow = Array.from({ length: 100 }, () => 0)
    for (const at of times) perWindow[Math.floor(at * 10)] = (perWindow[Math.floor(at * 10)] ?? 0) + 1
    for (const count of perWindow) expect(Math.abs(count - perSecond / 10)).toBeLessThanOrEqual(1)
    // Over the seam of two seconds, too, the gap is that of all others, and none falls on it.
    const gaps = times.slice(1).map((at, k) => at - (times[k] ?? 0))
    for (const gap of gaps) expect(Math.abs(gap * perSecond - 1)).toBeLessThan(1e-6)
    const toSeam = times.map((at) => Math.abs(at - Math.round(at)))
    expect(Math.min(...toSeam)).toBeGreaterThan(0.49 / perSecond)
  })

  it('has as many uniform arrivals as the rate says, to within one, up to any moment', () => {
    fc.assert(
      fc.property(anyStages, (stages) => {
        const times = timesOf({ stages })
        expect(Math.abs(times.length - total(stages))).toBeLessThanOrEqual(0.5 + 1e-6)
        let startsAt = 0
        stages.forEach(({ seconds }, index) => {
          startsAt += seconds
          const before = times.filter((at) => at < startsAt).length
          expect(Math.abs(before - total(stages.slice(0, index + 1)))).toBeLessThanOrEqual(1)
        })
      }),
      { seed: 1 },
    )
  })

  it('never goes back in time nor past the end', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const times = timesOf(spec)
        const end = spec.stages.reduce((sum, { seconds }) => sum + seconds, 0)
        times.forEach((at, k) => {
          expect(at).toBeGreaterThanOrEqual(times[k - 1] ?? 0)
          expect(at).toBeLessThanOrEqual(end)
        })
      }),
      { seed: 1 },
    )
  })

  it('is divided over generators without a gap or an overlap', () => {
    fc.assert(
      fc.property(anySpec, fc.integer({ min: 1, max: 7 }), (spec, generators) => {
        const parts = Array.from({ length: generators }, (_, first) => timesOf(spec, first, generators))
        expect(parts.flat().sort((a, b) => a - b)).toEqual(timesOf(spec))
      }),
      { seed: 1 },
    )
  })

  it('draws Poisson arrivals with exponential gaps, the same for the same seed', () => {
    const stages = [{ seconds: 100, from: 1_000, to: 1_000 }]
    const times = timesOf({ stages, arrival: 'poisson', seed: 7 })
    expect(times).toEqual(timesOf({ stages, arrival: 'poisson', seed: 7 }))
    expect(times).not.toEqual(timesOf({ stages, arrival: 'poisson', seed: 8 }))
    // Mean and variance of a Poisson count are both 1,000 a second; 5 standard deviations of either estimate.
    const perSecond = Array.from({ length: 100 }, () => 0)
    for (const at of times) perSecond[Math.floor(at)] = (perSecond[Math.floor(at)] ?? 0) + 1
    const mean = times.length / 100
    const variance = perSecond.reduce((sum, n) => sum + (n - mean) ** 2, 0) / 99
    expect(Math.abs(mean - 1_000)).toBeLessThan((5 * Math.sqrt(1_000)) / 10)
    expect(Math.abs(variance / 1_000 - 1)).toBeLessThan(5 * Math.sqrt(2 / 99))
    // Exponential gaps: the standard deviation is the mean, and e⁻¹ of them are longer than it.
    const gaps = times.slice(1).map((at, k) => at - (times[k] ?? 0))
    const longer = gaps.filter((gap) => gap > 0.001).length / gaps.length
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(5 * Math.sqrt(0.2325 / gaps.length))
  })

  it('draws Poisson arrivals of a ramp where its rate is', () => {
    const times = timesOf({
      stages: [{ seconds: 10, from: 0, to: 2_000 }],
      arrival: 'poisson',
      seed: 3,
    })
    const firstHalf = times.filter((at) => at < 5).length
    expect(Math.abs(times.length - 10_000)).toBeLessThan(5 * 100)
    expect(Math.abs(firstHalf - 2_500)).toBeLessThan(5 * 50)
  })
})
