import { describe, expect, it } from 'vitest'
import { judgeProbe } from '../../../src/ladder/judge-probe.js'
import { parseSlo } from '../../../src/model/plan/slo-grammar.js'
import type { LatencyPhase } from '../../../src/model/run/outcome.js'
import type { Sample } from '../../../src/model/run/sample.js'
import { openSummary } from '../../../src/stats/validity/summarize-open.js'
import { sampleOf } from '../stats/validity/sample-fixture.js'

const slo = (rule: string) => {
  const parsed = parseSlo(rule)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

/** 1,000 answers of 1 to 1,000 ms: p50 500 ms, p99 990 ms. */
function phaseOf(
  changes: Partial<Sample> = {},
  state: LatencyPhase['validity']['state'] = 'valid',
): LatencyPhase {
  const sample = sampleOf({
    engine: 'open-loop',
    open: {
      arrival: 'uniform',
      scheduled: 1_000,
      unsent: 0,
      maxConnections: 256,
      peakConnections: 10,
      serviceHistogram: '',
      lagHistogram: '',
      ownLagHistogram: '',
    },
    ...changes,
  })
  const validity = { state, evidence: state === 'valid' ? [] : ['the evidence'] }
  return { rate: 500, sample, validity, ...openSummary(sample) } as LatencyPhase
}

const counts = (ok: number, badStatus: number) => ({ ...sampleOf().counts, ok, badStatus })

describe('judgeProbe', () => {
  it('says nothing of a percentile that it did not send enough requests for', () => {
    const few = { ...phaseOf().sample, counts: { ...counts(400, 0), sent: 400 } }
    const phase = phaseOf({ counts: few.counts, open: { ...few.open!, scheduled: 400 } })
    expect(judgeProbe(phase, [slo('p99<2s')])).toMatchObject({
      outcome: 'invalid',
      why: ['400 requests are too few for p99<2s: it takes 500'],
    })
    // As many as it takes were sent, and most were not answered as expected: that is the service's doing.
    expect(judgeProbe(phaseOf({ counts: counts(400, 600) }), [slo('p99<2s')]).outcome).toBe('failed')
  })

  it.each<[string, string, Partial<Sample>, string, string]>([
    ['held', 'p99<2s', {}, 'held', 'apart'],
    ['held near its limit', 'p99<1s', {}, 'held', 'near'],
    ['missed near its limit', 'p99<950ms', {}, 'failed', 'near'],
    ['missed', 'p99<700ms', {}, 'failed', 'apart'],
    ['missed by far', 'p99<100ms', {}, 'failed', 'far'],
    ['no error at all', 'errors<0.1%', {}, 'held', 'apart'],
    ['as many errors as chance explains', 'errors<0.1%', { counts: counts(998, 2) }, 'failed', 'near'],
    ['many errors', 'errors<0.1%', { counts: counts(900, 100) }, 'failed', 'far'],
    [
      'availability lost',
      'availability>99%',
      { counts: counts(500, 500), statuses: { 503: 500 } },
      'failed',
      'far',
    ],
  ])('%s', (_, rule, changes, outcome, distance) => {
    expect(judgeProbe(phaseOf(changes), [slo(rule)])).toMatchObject({ outcome, distance })
  })

  it('fails with the one that was missed by more than chance', () => {
    expect(judgeProbe(phaseOf(), [slo('p99<950ms'), slo('p50<100ms')])).toMatchObject({
      outcome: 'failed',
      distance: 'far',
      why: ['missed p99<950ms', 'missed p50<100ms'],
    })
  })

  it.each(['generator-bound', 'noisy', 'unreconciled'] as const)(
    'says nothing of the service when %s',
    (state) => {
      expect(judgeProbe(phaseOf({}, state), [slo('p99<1ms')])).toMatchObject({
        outcome: 'invalid',
        why: [`${state}: the evidence`],
      })
    },
  )

  it('tells what failed, and since when, and counts errors that begin in the middle as all others', () => {
    const errors = [{ what: 'status 503', count: 100, steps: [{ name: 'GET /', count: 100 }] }]
    const phase = phaseOf({ counts: counts(900, 100), errors }, 'unsteady')
    expect(judgeProbe(phase, [slo('errors<0.1%'), slo('p99<2s')])).toMatchObject({
      outcome: 'failed',
      why: ['missed errors<0.1%: 100 × status 503 (step GET /)', 'the evidence'],
    })
  })

  it('takes no answer as expected for the service’s failure', () => {
    expect(judgeProbe(phaseOf({}, 'no-data'), [slo('p99<2s')])).toMatchObject({ outcome: 'failed' })
  })
})
