import { expect, it } from 'vitest'
import { mergeErrorKinds } from '../../../../src/stats/validity/error-kinds.js'

it('puts the same kinds together, by step, with the first example', () => {
  const of = (count: number, text?: string) => ({
    what: 'status 500',
    count,
    steps: [{ name: `step ${count}`, count }],
    ...(text ? { example: { status: 500, text } } : {}),
  })
  expect(
    mergeErrorKinds([[of(2)], [of(5, 'first'), { what: 'ECONNRESET', count: 6 }], [of(2, 'second')]]),
  ).toEqual([
    {
      what: 'status 500',
      count: 9,
      steps: [
        { name: 'step 5', count: 5 },
        { name: 'step 2', count: 4 },
      ],
      example: { status: 500, text: 'first' },
    },
    { what: 'ECONNRESET', count: 6 },
  ])
})

it('keeps the examples of the most frequent kinds, and the most frequent steps, only', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({
    what: `kind ${i}`,
    count: i + 1,
    example: { text: 'x' },
  }))
  const kinds = mergeErrorKinds([many])
  expect(kinds).toHaveLength(40)
  expect(kinds.flatMap(({ what, example }) => (example ? [what] : []))).toEqual(
    Array.from({ length: 20 }, (_, i) => `kind ${39 - i}`),
  )
  const steps = Array.from({ length: 40 }, (_, i) => ({ name: `step ${i}`, count: i + 1 }))
  expect(mergeErrorKinds([[{ what: 'a', count: 820, steps }]])[0]?.steps).toHaveLength(20)
})
