import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DECIDING_LENGTH } from '../../../src/ladder/probe-length.js'
import { nextProbe } from '../../../src/ladder/search.js'
import type { ProbeResult } from '../../../src/model/studies/capacity.js'
import { randomOf } from '../../../src/stats/estimate/random.js'
import { flaky, mm1, planOf, type Server, search, tokenBucket } from './simulated.js'

const LIMIT = 0.2

const probe = (rate: number, changes: Partial<ProbeResult> = {}): ProbeResult => ({
  rate,
  kind: 'explore',
  outcome: 'held',
  distance: 'apart',
  length: changes.kind === 'confirm' ? DECIDING_LENGTH : 1,
  timesLimit: null,
  ...changes,
})
const failed = (rate: number, changes: Partial<ProbeResult> = {}) =>
  probe(rate, { outcome: 'failed', ...changes })
const invalid = (rate: number) => probe(rate, { outcome: 'invalid' })

describe('the next probe', () => {
  it.each<[string, ProbeResult[], ReturnType<typeof nextProbe>]>([
    ['is the first rate', [], { probe: { rate: 200, kind: 'explore', length: 1 } }],
    ['goes up after one that held', [probe(200)], { probe: { rate: 300, kind: 'explore', length: 1 } }],
    [
      'repeats the first failure',
      [probe(200), failed(300)],
      { probe: { rate: 300, kind: 'repeat', length: 1 } },
    ],
    [
      'goes down where nothing held',
      [failed(200), failed(200)],
      { probe: { rate: 50, kind: 'explore', length: 1 } },
    ],
    [
      'halves what lies between on a logarithmic scale',
      [probe(200), failed(400), failed(400)],
      { probe: { rate: 282.8, kind: 'explore', length: 1 } },
    ],
    [
      'repeats one near its limit',
      [probe(200, { distance: 'near' })],
      { probe: { rate: 200, kind: 'repeat', length: DECIDING_LENGTH } },
    ],
    [
      'repeats what could not be measured',
      [invalid(200)],
      { probe: { rate: 200, kind: 'repeat', length: 1 } },
    ],
    [
      'never takes that for a failure: it goes on below, not doomed',
      [invalid(200), invalid(200)],
      { probe: { rate: 50, kind: 'explore', length: 1 } },
    ],
    [
      'repeats the higher end of a narrow interval',
      [probe(200), failed(240), failed(240), failed(205)],
      { probe: { rate: 205, kind: 'repeat', length: DECIDING_LENGTH } },
    ],
    [
      'confirms the lower end in the end',
      [probe(200), failed(205), failed(205)],
      { probe: { rate: 200, kind: 'confirm', length: DECIDING_LENGTH } },
    ],
    [
      'is longer near the edge',
      [probe(200), failed(220), failed(220)],
      { probe: { rate: 209.8, kind: 'explore', length: DECIDING_LENGTH } },
    ],
    [
      'goes to where the latencies at both ends say that the limit is met, a little above it',
      [probe(200, { timesLimit: 0.8 }), failed(300, { timesLimit: 2 }), failed(300, { timesLimit: 2 })],
      { probe: { rate: 223.7, kind: 'explore', length: 1 } },
    ],
    [
      'halves where one of them is too far off to tell',
      [probe(200, { timesLimit: 0.1 }), failed(300, { timesLimit: 2 }), failed(300, { timesLimit: 2 })],
      { probe: { rate: 244.9, kind: 'explore', length: 1 } },
    ],
    [
      'is beside a rate that was not confirmed',
      [probe(200), probe(300), failed(309), failed(309), failed(300, { kind: 'confirm' })],
      { probe: { rate: 291.3, kind: 'explore', length: 1 } },
    ],
    [
      'goes down at once where there was not one good answer',
      [failed(200, { unanswered: true })],
      { probe: { rate: 50, kind: 'explore', length: 1 } },
    ],
  ])('%s', (_, done, next) => {
    expect(nextProbe(planOf(), done)).toEqual(next)
  })

  it.each(['failed', 'invalid'] as const)(
    'is none where the first two, at different rates, had not one good answer (%s)',
    (outcome) => {
      const silent = (rate: number) => probe(rate, { outcome, unanswered: true })
      expect(nextProbe(planOf(), [silent(200), silent(50)])).toMatchObject({
        verdict: { state: 'unanswered', low: null, high: null },
      })
      // A service that once answered broke, which is another thing.
      expect(nextProbe(planOf(), [probe(200), silent(300), silent(300)])).toHaveProperty('probe')
    },
  )
})

describe('the verdict', () => {
  const confirmed = (rate: number) => probe(rate, { kind: 'confirm' })
  it.each<[string, ProbeResult[], string, number | null, number | null]>([
    ['found', [probe(200), failed(205), failed(205), confirmed(200)], 'found', 200, 205],
    [
      'doomed',
      [failed(200), failed(200), failed(50), failed(12.5), failed(10), failed(10)],
      'doomed',
      null,
      10,
    ],
    ['beyond', [probe(1e6), confirmed(1e6)], 'beyond', 1e6, null],
    ['unmeasured above', [probe(200), invalid(205), invalid(205), confirmed(200)], 'unmeasured', 200, null],
    [
      'unmeasured at all',
      [200, 50, 12.5].flatMap((rate) => [invalid(rate), invalid(rate)]),
      'unmeasured',
      null,
      null,
    ],
    [
      'unsteady: failed by far where it held before',
      [failed(200, { distance: 'far' }), probe(200), probe(200), failed(205), failed(205), confirmed(200)],
      'unsteady',
      null,
      205,
    ],
    [
      'unsteady: held well above a failure',
      [failed(200), probe(200), probe(200), probe(300), failed(309), failed(309), confirmed(300)],
      'unsteady',
      null,
      309,
    ],
  ])('is %s', (_, done, state, low, high) => {
    const next = nextProbe(planOf(), done)
    expect(next).toMatchObject({ verdict: { state, low, high } })
  })

  it('of a rate at which probes disagree goes by the mean of their latencies, the longer one first', () => {
    const edge = [
      probe(205, { timesLimit: 0.97 }),
      failed(205, { timesLimit: 1.05, length: DECIDING_LENGTH }),
    ]
    const next = nextProbe(planOf(), [probe(200), failed(211), failed(211), ...edge, confirmed(200)])
    expect(next).toMatchObject({ verdict: { state: 'found', low: 200, high: 205 } })
  })

  it('is none while probes were used up without a confirmed rate', () => {
    const next = nextProbe(planOf({ mostProbes: 3 }), [probe(200), failed(300), failed(300)])
    expect(next).toMatchObject({ verdict: { state: 'unconfirmed', low: 200, high: 300 } })
  })
})

describe('against servers whose capacity is known', () => {
  const runs = Array.from({ length: 100 }, (_, i) => randomOf(i + 1))

  it('finds a token bucket’s rate within 3 % in 12 probes, 9 times in 10', () => {
    const results = runs.map((random) =>
      search(tokenBucket(400, LIMIT), planOf({ start: 400 * (0.6 + 0.2 * random()) }), LIMIT),
    )
    const good = results.filter(
      ({ verdict, probes }) =>
        verdict.state === 'found' && probes.length <= 12 && Math.abs((verdict.low ?? 0) / 400 - 1) <= 0.031,
    )
    expect(good.length).toBeGreaterThanOrEqual(90)
  })

  it('finds the rate at which M/M/1’s p99 meets its limit, μ − ln 100 ÷ limit, within 3 % in 12 probes', () => {
    const [serviceRate, limit] = [2000, 0.05]
    const truth = serviceRate - Math.log(100) / limit
    const good = runs.slice(0, 10).filter((random) => {
      const server = mm1(serviceRate, limit, random)
      const { verdict, probes } = search(server, planOf({ start: 0.7 * serviceRate, mostProbes: 16 }), limit)
      const { state, low, high } = verdict
      const error = Math.sqrt((low ?? 0) * (high ?? 0)) / truth - 1
      return state === 'found' && probes.length <= 12 && Math.abs(error) <= 0.03
    })
    expect(good.length).toBeGreaterThanOrEqual(9)
  })

  it('says of a service that stumbles in every third probe that it is unsteady, more often than not', () => {
    const results = runs.map((random) =>
      search(flaky(tokenBucket(400, LIMIT), 1 / 3, random), planOf(), LIMIT),
    )
    const unsteady = results.filter(({ verdict }) => verdict.state === 'unsteady')
    expect(unsteady.length).toBeGreaterThan(50)
  })

  it('ends, within its probes and bounds, whatever comes', () => {
    const outcome = fc.constantFrom<ProbeResult['outcome']>('held', 'failed', 'invalid')
    const distance = fc.constantFrom<ProbeResult['distance']>('near', 'apart', 'far')
    const timesLimit = fc.option(fc.double({ min: 0, max: 100, noNaN: true }))
    fc.assert(
      fc.property(fc.infiniteStream(fc.record({ outcome, distance, timesLimit })), (answers) => {
        const server: Server = () => answers.next().value
        const plan = planOf({ highest: 5_000 })
        const { verdict, probes } = search(server, plan, LIMIT)
        expect(probes.length).toBeLessThanOrEqual(plan.mostProbes)
        for (const { rate } of probes) {
          expect(rate).toBeGreaterThanOrEqual(plan.lowest)
          expect(rate).toBeLessThanOrEqual(plan.highest)
        }
        if (verdict.low !== null && verdict.high !== null) expect(verdict.low).toBeLessThan(verdict.high)
        if (verdict.state === 'found')
          expect(probes.some(({ kind, outcome: of }) => kind === 'confirm' && of === 'held')).toBe(true)
        if (verdict.state === 'doomed')
          expect(probes.some(({ rate, outcome: of }) => rate === plan.lowest && of === 'failed')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
