import { expect, it } from 'vitest'
import type { Sample } from '../../../../src/model/run/sample.js'
import { availability } from '../../../../src/stats/validity/slo.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { openSummary } from '../../../../src/stats/validity/summarize-open.js'
import { judge } from '../../../../src/stats/validity/validity.js'
import { judgeOpen } from '../../../../src/stats/validity/validity-open.js'
import { sampleOf } from './sample-fixture.js'

const { generator, histogram } = sampleOf()

const limited = (changes: Partial<Sample> = {}) =>
  sampleOf({ generator: { ...generator, limits: [{ what: 'EMFILE', count: 640 }] }, ...changes })

const open = (scheduled: number) => ({
  arrival: 'uniform' as const,
  scheduled,
  unsent: 0,
  maxConnections: 1_000,
  peakConnections: 236,
  serviceHistogram: histogram,
  lagHistogram: '',
  ownLagHistogram: '',
})

it('takes what the generator could not open for its own limit, never for an error of the service', () => {
  const sample = limited()
  const { state, evidence } = judge(sample, summarize(sample), null, 8)
  expect(state).toBe('generator-bound')
  expect(evidence).toEqual([expect.stringMatching(/no error of the service: 640 × EMFILE: .*ulimit -n/)])
  expect(summarize(sample).errorRate).toBe(0)
  expect(availability(sample)).toBe(1)
})

it('finds that of an open loop accounted for, and tells no other reason for what was not sent', () => {
  const sample = limited({ engine: 'open-loop', open: open(1_640) })
  const { state, evidence } = judgeOpen(sample, openSummary(sample), null)
  expect([state, evidence.length]).toEqual(['generator-bound', 1])
  expect(openSummary(sample).errorRate).toBe(0)
  expect(availability(sample)).toBe(1)
})

it('blames the generator also where it could send nothing at all', () => {
  const { counts } = sampleOf()
  const sample = limited({ counts: { ...counts, sent: 0, ok: 0 }, histogram: '' })
  expect(judge(sample, summarize(sample), null, 8).state).toBe('generator-bound')
})

it('draws no figure from two states of a service, but where the rate itself changes', () => {
  const onset = { atSeconds: 5, errors: 95_594, of: 95_600, isEvery: true }
  const steps = [
    { name: 'home', sent: 1, ok: 1, histogram: '' },
    { name: 'items', sent: 1, ok: 1, histogram: '', onset },
  ]
  const errors = [
    { what: 'ECONNRESET', count: 99_999, steps: [{ name: 'home', count: 99_999 }] },
    { what: 'status 401', count: 95_594, steps: [{ name: 'items', count: 95_594 }] },
  ]
  const sample = sampleOf({ steps, errors })
  expect(judge(sample, summarize(sample), null, 8)).toEqual({
    state: 'unsteady',
    evidence: [expect.stringContaining('from 5 s on every "items" met status 401 (95,594 in all)')],
  })
  const opened = sampleOf({ engine: 'open-loop', steps, errors, open: open(1_000) })
  expect(judgeOpen(opened, openSummary(opened), null).state).toBe('unsteady')
  expect(judgeOpen(opened, openSummary(opened), null, false).state).toBe('valid')
  const part = [{ ...steps[1]!, onset: { ...onset, errors: 500, of: 2_000, isEvery: false } }]
  const { evidence } = judge(sampleOf({ steps: part, errors }), summarize(sample), null, 8)
  expect(evidence[0]).toContain('from 5 s on 25 % of "items" met status 401')
})
