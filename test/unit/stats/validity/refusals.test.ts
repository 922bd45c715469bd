import { describe, expect, it } from 'vitest'
import { refusalsOf } from '../../../../src/stats/validity/refusals.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { judge } from '../../../../src/stats/validity/validity.js'
import { sampleOf } from './sample-fixture.js'

/** So many good answers, and so many of a status that the scenario did not expect. */
function sampleWith(ok: number, status: string, bad: number) {
  const counts = { ...sampleOf().counts, sent: ok + bad, ok, badStatus: bad }
  return sampleOf({ counts, statuses: { 200: ok, [status]: bad } })
}

describe('refusalsOf', () => {
  it('sees a service that refuses most of what it is asked', () => {
    expect(refusalsOf(sampleWith(100, '429', 900))).toEqual({ status: '429', count: 900, share: 0.9 })
    expect(refusalsOf(sampleWith(100, '503', 900))?.status).toBe('503')
  })

  it.each([
    ['a few refusals', sampleWith(600, '429', 400)],
    ['another error', sampleWith(100, '500', 900)],
    ['a scenario that expects the status', { ...sampleWith(1_000, '429', 0), statuses: { 429: 1_000 } }],
  ])('is null for %s', (_, sample) => {
    expect(refusalsOf(sample)).toBeNull()
  })
})

it('never says of a service that refuses that it may be capable of more', () => {
  const generator = { processes: 1, cpuShare: 0.97, loopDelayP99Us: 0, loopUtilisation: 1 }
  const verdictOf = (sample: ReturnType<typeof sampleOf>) => {
    const loaded = { ...sample, generator }
    return judge(loaded, summarize(loaded), null, 8)
  }
  expect(verdictOf(sampleWith(100, '429', 80_000))).toEqual({ state: 'valid', evidence: [] })
  expect(verdictOf(sampleWith(80_000, '429', 100)).state).toBe('generator-bound')
})
