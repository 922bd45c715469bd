import { describe, expect, it } from 'vitest'
import { slosFor } from '../../../../src/model/plan/slo-rules.js'
import type { LatencyPhase, Validity } from '../../../../src/model/run/outcome.js'
import { availability, evaluateSlos, isMissed, isOpen } from '../../../../src/stats/validity/slo.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'
import { sampleOf } from './sample-fixture.js'

const VALID: Validity = { state: 'valid', evidence: [] }

function results(rules: string[], latency: LatencyPhase | null, validity = VALID) {
  const sample = sampleOf()
  return evaluateSlos(slosFor([], rules, 'steady'), { sample, summary: summarize(sample), validity }, latency)
}

describe('evaluateSlos', () => {
  it('takes latencies, errors and availability of the open loop and throughput of the closed one', () => {
    const open = latencyPhase({ badStatus: 10 })
    const rules = ['p99<3ms', 'p99<1ms', 'max<=2ms', 'throughput>=500/s', 'errors<1%', 'availability>98%']
    expect(results(rules, open)).toEqual([
      expect.objectContaining({
        rule: 'p99<3ms',
        metric: 'p99',
        actual: 2_000,
        limit: 3_000,
        state: 'met',
        stated: true,
      }),
      expect.objectContaining({ rule: 'p99<1ms', state: 'missed' }),
      expect.objectContaining({ rule: 'max<=2ms', state: 'met' }),
      expect.objectContaining({ rule: 'throughput>=500/s', actual: 500, state: 'met' }),
      // 10 of 1,000: not below 1 %.
      expect.objectContaining({ rule: 'errors<1%', actual: 0.01, state: 'missed' }),
      expect.objectContaining({ rule: 'availability>98%', actual: 0.99, state: 'met' }),
    ])
  })

  it('never takes a closed-loop percentile for a latency', () => {
    expect(results(['p99<10s', 'errors<1%', 'availability>99%'], null)).toEqual([
      expect.objectContaining({ rule: 'p99<10s', actual: null, state: 'no-data' }),
      expect.objectContaining({ rule: 'errors<1%', actual: 0, state: 'met' }),
      expect.objectContaining({ rule: 'availability>99%', actual: 1, state: 'met' }),
    ])
  })

  it('has no data on a percentile of too few requests, and on the maximum of any', () => {
    const few = latencyPhase({ seconds: 4 })
    expect(few.sample.counts.ok).toBe(400)
    expect(results(['p99<1s', 'p95<1s', 'max<1s'], few).map(({ state }) => state)).toEqual([
      'no-data',
      'met',
      'met',
    ])
    // As an older rungs wrote it.
    const old = { ...few, latency: { ...few.latency, p99Us: 2_000 } }
    expect(results(['p99<1s'], old)).toMatchObject([{ actual: null, state: 'no-data' }])
  })

  it('has no data in a phase that is not valid', () => {
    const invalid: Validity = { state: 'generator-bound', evidence: ['x'] }
    const states = (latency: LatencyPhase | null, validity?: Validity) =>
      results(['p99<1s', 'errors<1%', 'throughput>1/s'], latency, validity).map(({ state }) => state)
    expect(states(latencyPhase({ validity: invalid }))).toEqual(['no-data', 'no-data', 'met'])
    expect(states(latencyPhase(), invalid)).toEqual(['met', 'met', 'no-data'])
    expect(states(null, invalid)).toEqual(['no-data', 'no-data', 'no-data'])
  })

  it('counts as missed what somebody stated and was not met', () => {
    const one = { rule: 'p99<1s', metric: 'p99', actual: 1, limit: 1, stated: true } as const
    expect(isMissed({ ...one, state: 'missed' })).toBe(true)
    expect(isMissed({ ...one, state: 'no-data' })).toBe(false)
    expect(isOpen({ ...one, state: 'no-data' })).toBe(true)
    expect(isOpen({ ...one, state: 'no-data', stated: false })).toBe(false)
    expect(isMissed({ ...one, state: 'met' })).toBe(false)
    expect(isMissed({ ...one, state: 'missed', stated: false })).toBe(false)
  })
})

describe('availability', () => {
  const counts = {
    sent: 100,
    ok: 80,
    badStatus: 10,
    badBody: 2,
    timeout: 3,
    connectionError: 1,
    unfinished: 4,
  }

  it('counts against the service what it was not there for', () => {
    // Of 96 finished ones: 3 timeouts, 1 connection, 6 of 5xx. 4 of 4xx and 2 wrong bodies were answered.
    const sample = sampleOf({ counts, statuses: { 200: 82, 404: 4, 503: 6 } })
    expect(availability(sample)).toBeCloseTo(1 - 10 / 96, 12)
  })

  it('lets a scenario expect a 5xx, and counts what was never sent', () => {
    const good = {
      sent: 100,
      ok: 100,
      badStatus: 0,
      badBody: 0,
      timeout: 0,
      connectionError: 0,
      unfinished: 0,
    }
    expect(availability(sampleOf({ counts: good, statuses: { 503: 100 } }))).toBe(1)
    expect(availability(latencyPhase({ unsent: 250 }).sample)).toBeCloseTo(0.75, 12)
    expect(availability(sampleOf({ counts: { ...good, sent: 0, ok: 0 } }))).toBeNull()
  })
})
