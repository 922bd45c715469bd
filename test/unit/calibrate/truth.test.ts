import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FixtureTruth } from '../../../src/calibrate/fixture-messages.js'
import type { Schedule } from '../../../src/calibrate/fixtures.js'
import { arrivalsOf, expectedLatency, latencyThroughStalls } from '../../../src/calibrate/truth.js'
import { createHistogram, type Histogram, record } from '../../../src/stats/estimate/histogram.js'
import { arrivalsOf as engineArrivals } from '../../../src/stats/load/schedule.js'

/** Histograms of 3 significant digits: a value may read as 0.1 % more. */
const within = (value: number) => ({ least: value * 0.998, most: value * 1.002 })

function expectPercentile(histogram: Histogram, percentile: number, us: number) {
  const { least, most } = within(us)
  expect(histogram.getValueAtPercentile(percentile)).toBeGreaterThanOrEqual(least)
  expect(histogram.getValueAtPercentile(percentile)).toBeLessThanOrEqual(most)
}

function filled(values: readonly (readonly [us: number, count: number])[]): Histogram {
  const histogram = createHistogram()
  for (const [us, count] of values) record(histogram, us, count)
  return histogram
}

const truthOf = (changes: Partial<FixtureTruth>): FixtureTruth => ({
  counts: { requests: 0, answered: 0, dropped: 0, hung: 0 },
  residenceUs: [],
  stalls: [],
  pauses: [],
  ...changes,
})

describe('latency through stalls', () => {
  // A third of the arrivals wait for 0 to 2 s, uniformly: P(latency > x) = (2 − x) ÷ 6.
  const expected = latencyThroughStalls(
    { rate: 500, seconds: 6 },
    [{ startUs: 2e6, endUs: 4e6 }],
    filled([[1_000, 1]]),
  )

  it('has one value for each arrival of the schedule', () => {
    expect(expected.totalCount).toBe(3_000)
  })

  it('is the base below the share of the stall, and 2 − 6 × (1 − p) seconds above', () => {
    expectPercentile(expected, 50, 1_000)
    expectPercentile(expected, 66, 1_000)
    expectPercentile(expected, 90, 1_400_000)
    expectPercentile(expected, 99, 1_940_000)
  })

  it('is the same over several cycles', () => {
    const twice = latencyThroughStalls(
      { rate: 500, seconds: 12 },
      [
        { startUs: 2e6, endUs: 4e6 },
        { startUs: 8e6, endUs: 10e6 },
      ],
      filled([[1_000, 1]]),
    )
    for (const percentile of [50, 90, 99, 99.9])
      expectPercentile(twice, percentile, expected.getValueAtPercentile(percentile))
  })

  it('follows the stall as it was, not as it was meant', () => {
    const longer = latencyThroughStalls(
      { rate: 500, seconds: 6 },
      [{ startUs: 2e6, endUs: 5e6 }],
      filled([[1_000, 1]]),
    )
    expectPercentile(longer, 90, 2_400_000)
  })

  it('keeps the shape of the base outside of stalls, whatever its size', () => {
    const mixed = latencyThroughStalls(
      { rate: 1_000, seconds: 6 },
      [],
      filled([
        [1_000, 8],
        [9_000, 2],
      ]),
    )
    expect(mixed.totalCount).toBe(6_000)
    expectPercentile(mixed, 79.9, 1_000)
    expectPercentile(mixed, 80.1, 9_000)
  })
})

describe('expected latency', () => {
  const schedule = { rate: 100, seconds: 1 }

  it('is the server’s own times', () => {
    const residenceUs = Array.from({ length: 100 }, (_, index) => (index % 5 === 4 ? 200_300 : 5_200))
    const expected = expectedLatency(
      { behaviour: { delayMs: 5 }, timeoutSeconds: 10 },
      truthOf({ residenceUs }),
      schedule,
    )
    expect(expected.totalCount).toBe(100)
    expectPercentile(expected, 50, 5_200)
    expectPercentile(expected, 90, 200_300)
  })

  it('is the timeout for what is never answered', () => {
    const expected = expectedLatency(
      { behaviour: { delayMs: 5, hangEvery: 50 }, timeoutSeconds: 1 },
      truthOf({
        residenceUs: Array.from({ length: 100 }, (_, index) => (index % 50 === 49 ? null : 5_200)),
        counts: { requests: 100, answered: 98, dropped: 0, hung: 2 },
      }),
      schedule,
    )
    expectPercentile(expected, 98, 5_200)
    expectPercentile(expected, 99, 1_000_000)
  })

  it('of a stall is what the schedule and the stall imply', () => {
    const stall = { cycleMs: 6_000, fromMs: 2_000, lengthMs: 2_000 }
    const expected = expectedLatency(
      { behaviour: { delayMs: 5, stall }, timeoutSeconds: 10 },
      truthOf({
        residenceUs: Array.from({ length: 10 }, () => 5_000),
        stalls: [{ startUs: 2e6, endUs: 4e6 }],
      }),
      { rate: 500, seconds: 6 },
    )
    expect(expected.getValueAtPercentile(100)).toBeLessThan(2_010_000)
  })
})

describe('expected latency on a machine that pauses', () => {
  const fixture = { behaviour: { delayMs: 5 }, timeoutSeconds: 10 }
  /** Arrivals at 5, 15, 25, … ms, each answered after 5 ms. */
  const schedule = { rate: 100, seconds: 0.1 }
  const truth = truthOf({ residenceUs: Array.from({ length: 10 }, () => 5_000) })
  const longest = (pauses: Parameters<typeof expectedLatency>[3]) =>
    expectedLatency(fixture, truth, schedule, pauses).maxValue

  it.each([
    ['the generator as it is to send', { generator: [{ startUs: 4_000, endUs: 7_000 }], server: [] }, 7_000],
    ['the server as it is to read', { generator: [], server: [{ startUs: 15_000, endUs: 18_000 }] }, 8_000],
    [
      'the generator as it is answered',
      { generator: [{ startUs: 9_000, endUs: 14_000 }], server: [] },
      9_000,
    ],
    ['nobody who has anything to do', { generator: [{ startUs: 11_000, endUs: 14_000 }], server: [] }, 5_000],
    [
      'one after the other',
      { generator: [{ startUs: 24_000, endUs: 26_000 }], server: [{ startUs: 25_500, endUs: 28_000 }] },
      8_000,
    ],
  ])('that hold up %s', (_, pauses, us) => {
    const { least, most } = within(us)
    expect(longest(pauses)).toBeGreaterThanOrEqual(least)
    expect(longest(pauses)).toBeLessThanOrEqual(most)
  })

  it('is never less than without pauses', () => {
    const pause = fc.record({ at: fc.nat(90_000), length: fc.integer({ min: 200, max: 9_000 }) })
    const pausesOf = fc.array(pause, { maxLength: 5 }).map((all) => {
      let freeUs = 0
      return [...all]
        .sort((a, b) => a.at - b.at)
        .map(({ at, length }) => {
          const startUs = Math.max(freeUs, at)
          freeUs = startUs + length
          return { startUs, endUs: freeUs }
        })
    })
    fc.assert(
      fc.property(pausesOf, pausesOf, (generator, server) => {
        const paused = expectedLatency(fixture, truth, schedule, { generator, server })
        expect(paused.totalCount).toBe(10)
        expect(paused.minNonZeroValue).toBeGreaterThanOrEqual(within(5_000).least)
      }),
    )
  })
})

describe('arrivals of a schedule', () => {
  it('are one in the middle of every 1 ÷ rate, before the end', () => {
    expect(arrivalsOf({ rate: 500, seconds: 0.6 })).toBe(300)
    expect(arrivalsOf({ rate: 10, seconds: 0.25 })).toBe(2)
    expect(arrivalsOf({ rate: 10, seconds: 0.26 })).toBe(3)
    expect(arrivalsOf({ rate: 100, seconds: 2.5 })).toBe(250)
    expect(arrivalsOf({ rate: 1, seconds: 0.4 })).toBe(0)
  })

  it('are as many as the engine sends', () => {
    const schedules = fc.record({
      rate: fc.integer({ min: 1, max: 3_000 }),
      seconds: fc.double({ min: 0.01, max: 3, noNaN: true }),
    })
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(arrivalsOf(schedule)).toBe(engineTimes(schedule).length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('latency through stalls and the engine’s schedule', () => {
  // The server's axis begins with the first request, half a gap after the schedule.
  it.each([500, 37, 1_000])('agree on who waits how long, at %d/s', (rate) => {
    const schedule = { rate, seconds: 6 }
    const stall = { startUs: 1_999_300, endUs: 4_001_700 }
    const times = engineTimes(schedule)
    const first = times[0] ?? 0
    const waits = times.flatMap((time) => {
      const atUs = 1e6 * (time - first)
      return atUs >= stall.startUs && atUs < stall.endUs ? [stall.endUs - atUs] : []
    })
    const expected = latencyThroughStalls(schedule, [stall], createHistogram())
    expect(expected.totalCount).toBe(waits.length)
    expectPercentile(expected, 100, Math.max(...waits))
    expectPercentile(expected, 50, medianOf(waits))
    expect(expected.minNonZeroValue).toBeCloseTo(Math.min(...waits), -2)
  })
})

/** The moments, in seconds, at which the open loop sends. */
function engineTimes({ rate, seconds }: Schedule): number[] {
  const arrivals = engineArrivals({
    stages: [{ seconds, from: rate, to: rate }],
    arrival: 'uniform',
    seed: 1,
  })
  const times: number[] = []
  for (let time = arrivals.next(); time !== null; time = arrivals.next()) times.push(time)
  return times
}

/** The lower one of two. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
}
