import { expect, it } from 'vitest'
import type { Sample } from '../../../../src/model/run/sample.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { judgeCapacity } from '../../../../src/stats/validity/validity-capacity.js'
import { sampleOf, secondsOf } from './sample-fixture.js'

const answered = (ok: number) => ({ ...sampleOf().counts, sent: ok, ok })

const judged = (changes: Partial<Sample>) => {
  const sample = sampleOf(changes)
  return judgeCapacity(sample, summarize(sample), null, 8)
}

it('needs ten answers for a rate', () => {
  expect(judged({ counts: answered(10) })).toEqual({ state: 'valid', evidence: [] })
  expect(judged({ counts: answered(4), durationUs: 4e6 })).toEqual({
    state: 'no-data',
    evidence: ['4 answers in 4.0 s are too few for a rate (at least 10): make it longer'],
  })
})

it('is unsteady where it was still rising, and says so behind what is graver', () => {
  const intervals = secondsOf([11_503, 27_300])
  const text = expect.stringContaining('still rising: from 11,503 to 27,300 answers/s')
  expect(judged({ intervals })).toEqual({ state: 'unsteady', trend: 'rising', evidence: [text] })
  const generator = { processes: 1, cpuShare: 0.99, loopDelayP99Us: 0 }
  expect(judged({ intervals, generator })).toEqual({
    state: 'generator-bound',
    trend: 'rising',
    evidence: [expect.stringContaining('used 99 % of its core'), text],
  })
})

it('is unsteady where its last answers came when the load was over', () => {
  const verdict = judged({ intervals: secondsOf([900, 100, 0, 0]), durationUs: 4e6 })
  expect(verdict).toEqual({
    state: 'unsteady',
    evidence: ['no answer from 2.0 s to the end at 4.0 s; the rest came later: measure longer'],
  })
  expect(
    judged({ intervals: secondsOf([900, 100, 0, 0]), durationUs: 4e6, leftBehind: 8 }).evidence,
  ).not.toEqual(verdict.evidence)
})

it('leaves made-up samples alone', () => {
  expect(judged({ engine: 'fake', counts: answered(4) }).state).toBe('valid')
})
