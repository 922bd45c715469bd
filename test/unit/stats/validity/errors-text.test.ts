import { expect, it } from 'vitest'
import { errorsText, kindText } from '../../../../src/stats/validity/errors-text.js'
import { sampleOf } from './sample-fixture.js'

const { counts } = sampleOf()

it('names what came instead of good answers, three kinds and a rest', () => {
  const errors = ['ECONNREFUSED', 'status 500', 'status 502', 'body', 'more'].map((what, i) => ({
    what,
    count: 1_204 - i,
  }))
  expect(errorsText({ errors, counts: { ...counts, unfinished: 3 } })).toBe(
    '1,204 × ECONNREFUSED, 1,203 × status 500, 1,202 × status 502, 2,401 of 2 more kinds, 3 unfinished',
  )
  expect(errorsText({ errors: [], counts })).toBe('nothing at all')
})

it('names the steps, where a redirect leads, and the body of one', () => {
  const steps = (...names: string[]) => names.map((name, i) => ({ name, count: 10 - i }))
  expect(kindText({ what: 'status 401', count: 10, steps: steps('items') })).toBe(
    '10 × status 401 (step items)',
  )
  expect(kindText({ what: 'status 401', count: 34, steps: steps('a', 'b', 'c', 'd') })).toBe(
    '34 × status 401 (steps a: 10, b: 9, 2 more)',
  )
  const redirect = {
    what: 'status 302',
    count: 10,
    steps: steps('log in'),
    example: { status: 302, location: '/login' },
  }
  expect(kindText(redirect)).toBe(
    '10 × status 302 to /login (step log in; redirects are not followed: did you mean that path?)',
  )
  const wrong = { what: 'status 422', count: 1, example: { status: 422, text: '{"detail":"no email"}' } }
  expect(errorsText({ errors: [redirect, wrong], counts })).toContain(
    '; such as status 422: {"detail":"no email"}',
  )
  expect(kindText({ what: 'keep-alive race', count: 2, example: { idleSeconds: 4.96 } })).toMatch(
    /after 5\.0 s .*keep-alive/,
  )
})
