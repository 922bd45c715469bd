import { describe, expect, it } from 'vitest'
import type { OpenFacts, Sample } from '../../../../src/model/run/sample.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { openSummary } from '../../../../src/stats/validity/summarize-open.js'
import { judgeOpen } from '../../../../src/stats/validity/validity-open.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'

function histogramOf(us: number, count = 1_000): string {
  const histogram = createHistogram()
  record(histogram, us, count)
  return encodeHistogram(histogram)
}

function verdict(
  open: Partial<OpenFacts> = {},
  changes: Partial<Sample> = {},
  server: Partial<ServerTruth> | null = null,
) {
  const { sample } = latencyPhase()
  const full: Sample = { ...sample, ...changes, open: { ...sample.open!, ...open } }
  return judgeOpen(full, openSummary(full), server && { workers: null, stealShare: 0, ...server })
}

const generator = (more: Partial<Sample['generator']>) => ({
  generator: { processes: 1, cpuShare: 0.3, loopDelayP99Us: 500, ...more },
})
const { counts } = latencyPhase().sample

describe('judgeOpen', () => {
  it('has nothing to say of a good measurement', () => {
    expect(verdict()).toEqual({ state: 'valid', evidence: [] })
    expect(verdict({}, {}, { stealShare: null })).toEqual({ state: 'valid', evidence: [] })
  })

  it('notices what of the schedule is not accounted for', () => {
    expect(verdict({ scheduled: 1_003, unsent: 2 })).toEqual({
      state: 'unreconciled',
      evidence: ['1,003 requests were scheduled, but 1,000 were sent and 2 were not'],
    })
    expect(verdict({}, { counts: { ...counts, ok: 999 } }).state).toBe('unreconciled')
  })

  it('compares with the count of the service, but for those in flight', () => {
    const workers = (requests: number) => ({
      workers: { expected: 1, changed: 0, unknown: null, shares: [{ workerId: 'a', requests }] },
    })
    expect(verdict({ peakConnections: 10 }, {}, workers(990)).state).toBe('valid')
    expect(verdict({ peakConnections: 10 }, {}, workers(989)).state).toBe('unreconciled')
  })

  it('says that nothing came back', () => {
    const none = { ...counts, ok: 0, timeout: 1_000 }
    expect(verdict({}, { counts: none, histogram: '' }).state).toBe('no-data')
  })

  it('blames the generator for lateness while connections were to be had', () => {
    expect(verdict({ ownLagHistogram: histogramOf(1_500) })).toEqual({
      state: 'generator-bound',
      evidence: [
        'the load generator came to its requests 1.5 ms late (p99), more than 50 % of the 2.0 ms it measured: give it more generators, more CPU or a lower rate',
      ],
    })
    // Half of what is measured, and what the instrument is allowed, are no evidence.
    expect(verdict({ ownLagHistogram: histogramOf(1_000) }).state).toBe('valid')
    const short = { histogram: histogramOf(600) }
    expect(verdict({ ownLagHistogram: histogramOf(500) }, short).state).toBe('valid')
    expect(verdict({ ownLagHistogram: histogramOf(501) }, short).state).toBe('generator-bound')
  })

  it('does not blame it for waiting for a connection, nor for event-loop delays that no request met', () => {
    expect(verdict({ lagHistogram: histogramOf(1_900) }).state).toBe('valid')
    expect(verdict({}, generator({ loopDelayP99Us: 50_000 })).state).toBe('valid')
  })

  it('blames it for what it left unsent while connections were to be had', () => {
    const sent = { ...counts, sent: 980, ok: 980 }
    expect(verdict({ unsent: 20 }, { counts: sent }).evidence).toEqual([
      '98 % of 1,000 scheduled requests were sent (limit 99 %): give it more generators or a lower rate',
    ])
  })

  const taken = { peakConnections: 256, lagHistogram: histogramOf(900_000) }
  const slow = { ...taken, serviceHistogram: histogramOf(3_000_000) }
  const short = { counts: { ...counts, sent: 800, ok: 800 } }

  it('calls a service overloaded that left requests unsent, and the measurement valid', () => {
    expect(verdict({ ...slow, unsent: 200 }, short)).toEqual({
      state: 'valid',
      evidence: [
        'overloaded: the service held all 256 connections, taking up to 3000 ms an answer at up to 100 requests/s; 200 requests could not be sent',
      ],
    })
  })

  const lastSeconds = (...p50s: (number | null)[]) => {
    const { intervals } = latencyPhase().sample
    const from = intervals.length - p50s.length
    return { intervals: intervals.map((one, i) => ({ ...one, p50Us: p50s[i - from] ?? one.p50Us })) }
  }

  it('and one that answered most of a second only after the schedule', () => {
    expect(verdict(slow, lastSeconds(1_000_001)).evidence).toEqual([
      'overloaded: the service held all 256 connections, taking up to 3000 ms an answer at up to 100 requests/s',
    ])
    expect(verdict(slow, lastSeconds(2_000_001, null)).evidence[0]).toMatch(/^overloaded/)
  })

  it.each([
    ['in the end', [1_000_000]],
    ['in the middle', [2_900_000, 1_900_000, 900_000]],
  ])('but not one whose queue was gone, %s', (_, p50s) => {
    expect(verdict(slow, lastSeconds(...p50s))).toEqual({
      state: 'valid',
      evidence: [
        'for a time the service held all 256 connections, taking up to 3000 ms an answer at up to 100 requests/s',
      ],
    })
  })

  it('does not take the word of a generator whose answers came too fast to hold all connections', () => {
    const fast = { ...taken, unsent: 200, serviceHistogram: histogramOf(20_000) }
    expect(verdict(fast, short).state).toBe('generator-bound')
  })

  it('nor of one that was itself late', () => {
    const late = { ...slow, unsent: 200, ownLagHistogram: histogramOf(50_000) }
    expect(verdict(late, short)).toMatchObject({
      state: 'generator-bound',
      evidence: [expect.stringContaining('50 ms late'), expect.stringContaining('80 % of 1,000')],
    })
  })

  it('gives a starved generator away by its CPU and its want of idle time', () => {
    expect(verdict({}, generator({ cpuShare: 0.91 })).evidence[0]).toContain('91 % of its core')
    expect(verdict({}, generator({ waitShare: 0.11 })).evidence[0]).toContain(
      'wait for a core 11 % of the time',
    )
    expect(verdict({}, generator({ waitShare: 0.1 })).state).toBe('valid')
    expect(verdict({}, generator({ cpuShare: 0.5, loopUtilisation: 0.99 }))).toEqual({
      state: 'generator-bound',
      evidence: [expect.stringContaining('at work 99 % of the time')],
    })
  })

  it('calls a machine busy that others took CPU time of', () => {
    expect(verdict({}, {}, { stealShare: 0.06 }).state).toBe('machine-busy')
    expect(verdict({}, {}, { othersShare: 0.31 })).toEqual({
      state: 'machine-busy',
      evidence: ['other processes took 31 % of the CPU time (limit 15 %)'],
    })
  })

  it('tells the gravest first', () => {
    const { state, evidence } = verdict({ scheduled: 999 }, generator({ cpuShare: 1 }), { stealShare: 0.5 })
    expect([state, evidence.length]).toEqual(['unreconciled', 3])
  })
})
