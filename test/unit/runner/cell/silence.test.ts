import { expect, it } from 'vitest'
import {
  endedTooSoon,
  neverAnswered,
  sampleProblem,
  warmUpProblem,
} from '../../../../src/runner/cell/silence.js'
import { sampleBySecond } from '../../stats/validity/sample-fixture.js'

it('tells a load that was too short for one answer from a service that failed', () => {
  const counts = { ...sampleBySecond([]).counts, sent: 8, unfinished: 8 }
  expect(endedTooSoon({ ...sampleBySecond([0, 0]), counts })).toContain('no answer came within 2.0 s')
  expect(endedTooSoon({ ...sampleBySecond([0, 0]), counts, errors: [{ what: 'x', count: 1 }] })).toBeNull()
  expect(endedTooSoon({ ...sampleBySecond([1, 0]), counts: { ...counts, ok: 1, sent: 9 } })).toBeNull()
  expect(endedTooSoon(sampleBySecond([0]))).toBeNull()
})

it('tells of a service that answered nothing, although its answers were waited for', () => {
  const counts = { ...sampleBySecond([0]).counts, sent: 4, ok: 0, unfinished: 4 }
  const hung = { ...sampleBySecond([0]), counts, leftBehind: 4 }
  expect(neverAnswered(hung, 10)).toBe('not one of 4 requests was answered within 10 s')
  expect(neverAnswered({ ...hung, leftBehind: 3 }, 10)).toBeNull()
  expect(neverAnswered({ ...hung, counts: { ...counts, sent: 0 }, leftBehind: 0 }, 10)).toBeNull()
})

it('says why nothing can be measured after a warm-up', () => {
  const counts = { ...sampleBySecond([0]).counts, sent: 4, badStatus: 4 }
  const refused = { ...sampleBySecond([0]), counts, errors: [{ what: 'status 500', count: 4 }] }
  expect(warmUpProblem(refused, 10)).toBe('no answer was as expected: 4 × status 500')
  expect(warmUpProblem({ ...refused, counts: { ...counts, ok: 1 } }, 10)).toBeNull()
  expect(warmUpProblem({ ...refused, leftBehind: 4 }, 10)).toContain('not one of 4 requests')
})

it('says why a sample is no measurement: silence, but not of a load that may silence a service', () => {
  const silent = { ...sampleBySecond([100, 100, 0, 0]), leftBehind: 3 }
  expect(sampleProblem(silent, true)).toContain('no good answer from 2.0 s of 4.0 s on')
  expect(sampleProblem(silent, false)).toBeNull()
  expect(sampleProblem(sampleBySecond([100, 100]), true)).toBeNull()
  expect(sampleProblem({ ...silent, leftBehind: 0 }, true)).toBeNull()
})
