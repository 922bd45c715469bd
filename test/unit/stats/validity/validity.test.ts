import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../../src/model/run/sample.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { judge } from '../../../../src/stats/validity/validity.js'
import { sampleOf } from './sample-fixture.js'

const CONNECTIONS = 10

function verdict(changes: Partial<Sample> = {}, server: Partial<ServerTruth> | null = null) {
  const sample = sampleOf(changes)
  const truth = server && { workers: null, stealShare: 0, ...server }
  return judge(sample, summarize(sample), truth, CONNECTIONS)
}

const served = (...requests: number[]) => ({
  workers: {
    expected: 2,
    changed: 0,
    unknown: null,
    shares: requests.map((count, i) => ({ workerId: String(i), requests: count })),
  },
})

describe('judge', () => {
  it('has nothing to say of a good measurement', () => {
    expect(verdict()).toEqual({ state: 'valid', evidence: [] })
    expect(verdict({}, { stealShare: null })).toEqual({ state: 'valid', evidence: [] })
  })

  it('concludes nothing where users never got in, and says at which step, and what came instead', () => {
    const refused = [
      { step: 'log in', what: 'status 429', count: 1_200 },
      { step: 'log in', what: 'timeout after 1 s', count: 2 },
      { step: 'other', what: 'status 500', count: 1 },
    ]
    const logIns = { users: 8, loggedIn: 3, seconds: 1, shared: 0, refused }
    expect(verdict({ logIns })).toEqual({
      state: 'locked-out',
      evidence: [
        '5 of 8 users never got past the step "log in": 1,200 × status 429, 2 × timeout after 1 s; log in once in `setup`, or with fewer --connections',
      ],
    })
    expect(verdict({ logIns: { ...logIns, loggedIn: 8 } }).state).toBe('valid')
    const none = { sent: 0, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 }
    const { evidence } = verdict({ counts: none, logIns: { ...logIns, loggedIn: 0 } })
    expect(evidence).toHaveLength(1)
    expect(evidence[0]).toMatch(/^none of 8 users got past the step "log in"/)
  })

  it('says what came instead of good answers', () => {
    const counts = {
      sent: 12_350,
      ok: 0,
      badStatus: 12_345,
      badBody: 0,
      timeout: 0,
      connectionError: 0,
      unfinished: 5,
    }
    expect(verdict({ counts, errors: [{ what: 'status 500', count: 12_345 }], histogram: '' })).toEqual({
      state: 'no-data',
      evidence: ['no answer of 12,350 was as expected: 12,345 × status 500, 5 unfinished'],
    })
    const nothing = {
      sent: 0,
      ok: 0,
      badStatus: 0,
      badBody: 0,
      timeout: 0,
      connectionError: 0,
      unfinished: 0,
    }
    expect(verdict({ counts: nothing, histogram: '' }).evidence).toEqual(['nothing was sent in 2.0 s'])
  })

  it('notices requests that are not accounted for', () => {
    const counts = { ...sampleOf().counts, sent: 1_001 }
    expect(verdict({ counts })).toEqual({
      state: 'unreconciled',
      evidence: ['1,001 requests were sent, but 1,000 are accounted for'],
    })
  })

  it("compares with the server's own count, in both directions", () => {
    expect(verdict({}, served(500, 500)).state).toBe('valid')
    expect(verdict({}, served(500, 490)).state).toBe('valid')
    expect(verdict({}, served(500, 489)).state).toBe('unreconciled')
    // In flight at the start: 10; asked for its counts: at most 8 × 2 + 8.
    expect(verdict({}, served(500, 534)).state).toBe('valid')
    expect(verdict({}, served(500, 535)).state).toBe('unreconciled')
  })

  it('draws nothing from the counts of only some workers', () => {
    expect(verdict({}, served(500)).state).toBe('valid')
    const { workers } = served(1, 1)
    expect(verdict({}, { workers: { ...workers, changed: 1 } }).state).toBe('valid')
    expect(verdict({}, { workers: { ...workers, unknown: 'no answer' } }).state).toBe('valid')
  })

  it('tells when the generator was the limit', () => {
    const busy = verdict({ generator: { processes: 1, cpuShare: 0.95, loopDelayP99Us: 0 } })
    expect(busy.state).toBe('generator-bound')
    expect(busy.evidence[0]).toContain('95 % of its core')
    const starved = { processes: 1, cpuShare: 0.3, loopDelayP99Us: 1_200_000 }
    expect(verdict({ generator: starved }).state).toBe('generator-bound')
    expect(verdict({ generator: { ...starved, loopDelayP99Us: 800_000 } }).state).toBe('valid')
    expect(verdict({ generator: { processes: 1, cpuShare: 0.9, loopDelayP99Us: 0 } }).state).toBe('valid')
  })

  it('tells when a generator had no idle time, in either loop', () => {
    const starved = { processes: 1, cpuShare: 0.4, loopDelayP99Us: 0, loopUtilisation: 0.96 }
    expect(verdict({ generator: starved })).toEqual({
      state: 'generator-bound',
      evidence: [
        'the busiest load generator was at work 96 % of the time (limit 95 %): give it more generators, more CPU or fewer connections',
      ],
    })
    expect(verdict({ generator: { ...starved, loopUtilisation: 0.95 } }).state).toBe('valid')
    expect(verdict({ generator: starved, engine: 'fake' }).state).toBe('valid')
  })

  it('tells when a generator had to wait for its core', () => {
    const delayed = { processes: 1, cpuShare: 0.4, loopDelayP99Us: 0, loopUtilisation: 0.5 }
    expect(verdict({ generator: { ...delayed, waitShare: 0.2 } }).state).toBe('valid')
    const { state, evidence } = verdict({ generator: { ...delayed, waitShare: 0.21 } })
    expect([state, evidence[0]]).toEqual(['machine-busy', expect.stringContaining('21 % of the time')])
  })

  it('tells when other processes took CPU time, where that is known', () => {
    expect(verdict({}, { othersShare: 0.15 }).state).toBe('valid')
    expect(verdict({}, { othersShare: null }).state).toBe('valid')
    expect(verdict({}, { othersShare: 0.31, stealShare: 0.06 })).toEqual({
      state: 'machine-busy',
      evidence: [
        'other guests of the host took 6 % of the CPU time (limit 5 %)',
        'other processes took 31 % of the CPU time (limit 15 %)',
      ],
    })
  })

  it('names the gravest problem and tells all of them', () => {
    const counts = { ...sampleOf().counts, sent: 2_000 }
    const generator = { processes: 1, cpuShare: 1, loopDelayP99Us: 0 }
    const both = verdict({ counts, generator }, { stealShare: 0.06 })
    expect(both.state).toBe('unreconciled')
    expect(both.evidence).toHaveLength(3)
    expect(both.evidence[1]).toContain('6 % of the CPU time')
    expect(both.evidence[2]).toContain('the busiest load generator used 100 %')
    // A generator without a core is late too: what took it goes first.
    expect(verdict({ generator }, { othersShare: 0.5 }).state).toBe('machine-busy')
  })
})
