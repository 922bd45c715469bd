import { expect, it } from 'vitest'
import { errorsText } from '../../../src/stats/errors-text.js'
import { sampleOf } from './sample-fixture.js'

const { counts } = sampleOf()

it('names what came instead of good answers, three kinds at most', () => {
  const errors = ['ECONNREFUSED', 'status 500', 'status 502', 'body'].map((what, i) => ({
    what,
    count: 1_204 - i,
  }))
  expect(errorsText({ errors, counts: { ...counts, unfinished: 3 } })).toBe(
    '1,204 × ECONNREFUSED, 1,203 × status 500, 1,202 × status 502, 1,201 of 1 more kind, 3 unfinished',
  )
  expect(errorsText({ errors: [], counts })).toBe('nothing at all')
})
