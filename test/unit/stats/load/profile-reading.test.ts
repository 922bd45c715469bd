import { describe, expect, it } from 'vitest'
import type { RateStage } from '../../../../src/model/plan/load-plan.js'
import type { ProfileName } from '../../../../src/model/plan/profile.js'
import type { Interval } from '../../../../src/model/run/sample.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { readProfile } from '../../../../src/stats/load/profile-reading.js'
import { stagesOf } from '../../../../src/stats/load/profiles.js'

/** A second for each p99 in ms, at the rate of the profile then; `bad` requests of each did not come back. */
function read(
  profile: ProfileName,
  p99Ms: readonly (number | null)[],
  { bad = {}, stages }: { bad?: Record<number, number>; stages?: readonly RateStage[] } = {},
) {
  const used = stages ?? stagesOf(profile, { rate: 100, durationSeconds: p99Ms.length })
  const intervals = p99Ms.map((ms, i): Interval => {
    const scheduled = Math.round(rateAt(used, i + 0.5))
    const errors = bad[i] ?? 0
    const p99Us = ms === null ? null : ms * 1_000
    return { atSeconds: i, seconds: 1, ok: scheduled - errors, errors, scheduled, p50Us: p99Us, p99Us }
  })
  return readProfile(profile, { intervals }, used, null)
}

function rateAt(stages: readonly RateStage[], at: number): number {
  let start = 0
  for (const { seconds, from, to } of stages) {
    if (at < start + seconds) return from + ((to - from) * (at - start)) / seconds
    start += seconds
  }
  return 0
}

describe('a ramp', () => {
  it('names no rate that was not tried, however few requests a second holds', () => {
    const stages = stagesOf('ramp', { rate: 1, durationSeconds: 15 })
    const p99 = Array.from({ length: 15 }, () => 10)
    expect(read('ramp', p99, { stages })).toMatchObject({ brokeAtRate: null, goodRate: 1.5 })
  })

  it('breaks where p99 turns, and was good until then', () => {
    // 15 seconds, 10 to 150 requests/s: beyond 100 the queue grows.
    const p99 = [10, 10, 10, 11, 11, 12, 13, 15, 20, 60, 400, 900, 1_500, 2_000, 2_500]
    expect(read('ramp', p99)).toEqual({
      kind: 'breaking-point',
      goodRate: 100,
      brokeAtRate: 110,
      why: 'p99 rose to 400 ms, from 10 ms at the start',
      recoverySeconds: null,
    })
  })

  it('breaks where answers fail or stay away, though latency does not', () => {
    expect(read('ramp', Array(15).fill(10), { bad: { 8: 5, 9: 20, 10: 22 } })).toMatchObject({
      goodRate: 80,
      brokeAtRate: 90,
      why: '5.6 % of the requests were not answered as expected',
    })
  })

  it('does not break at a hiccup, nor in its last second alone', () => {
    const p99 = [10, 10, 10, 11, 999, 12, 13, 15, 20, 20, 20, 20, 20, 20, 999]
    expect(read('ramp', p99)).toMatchObject({ goodRate: 140, brokeAtRate: null, why: null })
  })

  it('says nothing without data', () => {
    expect(
      readProfile('ramp', { intervals: [] }, stagesOf('ramp', { rate: 1, durationSeconds: 1 }), null),
    ).toEqual({
      kind: 'breaking-point',
      goodRate: null,
      brokeAtRate: null,
      why: null,
      recoverySeconds: null,
    })
  })
})

describe('a stress', () => {
  // 20 s: 4 s at 50, 6 s up to 150, 3 s held, 7 s back at 50.
  const up = [10, 10, 10, 10, 10, 10, 12, 30, 300, 700, 1_200, 1_800, 2_400]

  it('has a breaking point on its way up, and a recovery after it', () => {
    expect(read('stress', [...up, 1_900, 800, 12, 10, 10, 10, 10])).toMatchObject({
      brokeAtRate: 125,
      recoverySeconds: 2,
    })
  })

  it('does not recover when latency stays', () => {
    expect(read('stress', [...up, 900, 900, 900, 900, 900, 900, 900])).toMatchObject({
      recoverySeconds: null,
    })
  })

  it('has nothing to recover from when it never broke', () => {
    expect(read('stress', Array(20).fill(10))).toMatchObject({ brokeAtRate: null, recoverySeconds: null })
  })
})

describe('a spike', () => {
  // 20 s: 6 s at 15, 4 s at 150, 10 s at 15.
  const before = [10, 10, 99, 10, 10, 10]

  it('recovers when latency and errors are both back', () => {
    const p99 = [...before, 300, 700, 1_100, 1_500, 800, 300, 15, 14, 10, 10, 10, 10, 10, 10]
    expect(read('spike', p99)).toEqual({
      kind: 'recovery',
      baselineP99Us: 10_000,
      peakP99Us: 1_500_000,
      recoverySeconds: 2,
    })
    expect(read('spike', p99, { bad: { 12: 3 } })).toMatchObject({ recoverySeconds: 3 })
  })

  it('is back at once when it never was away, and never when it stays away', () => {
    expect(read('spike', [...before, ...Array(14).fill(10)])).toMatchObject({ recoverySeconds: 0 })
    expect(read('spike', [...before, ...Array(14).fill(500)])).toMatchObject({ recoverySeconds: null })
    expect(read('spike', [...before, ...Array(14).fill(null)])).toMatchObject({ recoverySeconds: null })
  })
})

describe('a soak', () => {
  const hour = 3_600

  function soak(p99At: (second: number) => number, rssAt?: (second: number) => number) {
    const intervals = Array.from({ length: 600 }, (_, i): Interval => {
      return { atSeconds: i, seconds: 1, ok: 9, errors: 0, scheduled: 9, p50Us: 1, p99Us: p99At(i) }
    })
    const at = intervals.map(({ atSeconds }) => atSeconds)
    const usage = (name: string, role: 'web' | 'service') => ({
      name,
      role,
      processes: 1,
      cpuUs: 1,
      rssPeakBytes: 1,
    })
    const server: Pick<ServerTruth, 'usage' | 'timeline'> = {
      usage: [usage('web', 'web'), usage('postgres', 'service')],
      timeline: {
        atSeconds: at,
        series: [
          {
            of: 'web',
            what: 'rss',
            values: at.map((second) => (second === 7 ? null : (rssAt?.(second) ?? 0))),
          },
          { of: 'web/1', what: 'rss', values: at.map((second) => 9 * second) },
          { of: 'postgres', what: 'rss', values: at.map((second) => 5e6 * second) },
        ],
      },
    }
    return readProfile(
      'soak',
      { intervals },
      stagesOf('soak', { rate: 9, durationSeconds: 600 }),
      rssAt ? server : null,
    )
  }
  const ripple = (second: number) => 100 * Math.sin(second * 1.7)

  it("tells a leak of the level's own processes, and how fast it is", () => {
    const reading = soak(
      (s) => 2_000 + ripple(s),
      (s) => 1e8 + 1_000 * s + 300 * ripple(s),
    )
    expect(reading).toMatchObject({ kind: 'drift', p99Drifts: false, rssGrows: true })
    if (reading?.kind !== 'drift') throw new Error('no drift')
    expect((reading.rssBytesPerHour ?? 0) / (1_000 * hour)).toBeCloseTo(1, 1)
  })

  it('tells a drift of latency', () => {
    const reading = soak(
      (s) => 2_000 + 2 * s + ripple(s),
      () => 1e8,
    )
    expect(reading).toMatchObject({ p99Drifts: true, rssGrows: false, rssBytesPerHour: 0 })
  })

  it('knows of no memory where none was sampled', () => {
    expect(soak(() => 5)).toMatchObject({ p99UsPerHour: 0, rssBytesPerHour: null, rssGrows: false })
  })
})

it('a steady load and a user’s own stages have no reading', () => {
  expect(read('steady', [1, 2])).toBeNull()
  expect(read('stages', [1, 2], { stages: [{ seconds: 2, from: 1, to: 1 }] })).toBeNull()
})
