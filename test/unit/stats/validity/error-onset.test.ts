import { expect, it } from 'vitest'
import { onsetOf } from '../../../../src/stats/validity/error-onset.js'

const times = (count: number, value: number) => Array.from({ length: count }, () => value)

it('finds the second from which a step fails for good, as with a token that ends', () => {
  const ok = [...times(5, 1_000), 40, ...times(5, 0)]
  const errors = [...times(5, 0), 900, ...times(5, 1_000)]
  expect(onsetOf({ ok, errors })).toEqual({ atSeconds: 5, errors: 5_900, of: 5_940, isEvery: true })
})

it('finds one from which only a part fails, such as one worker of three', () => {
  const onset = onsetOf({
    ok: [...times(4, 300), ...times(6, 200)],
    errors: [...times(4, 0), ...times(6, 100)],
  })
  expect(onset).toEqual({ atSeconds: 4, errors: 600, of: 1_800, isEvery: false })
})

it.each([
  ['errors from the beginning on', times(10, 50), times(10, 50)],
  ['good ones to the end', times(10, 100), times(10, 0)],
  ['a burst that ends', times(10, 100), [0, 0, 0, 80, 80, 0, 0, 0, 0, 0]],
  ['too few to tell', times(10, 1_000), [...times(9, 0), 19]],
  ['a share that hardly grows', times(10, 100), [...times(5, 5), ...times(5, 9)]],
  ['never a good one', times(10, 0), times(10, 100)],
  ['one second', [100], [100]],
  ['nothing', [], []],
])('finds none in %s', (_, ok, errors) => {
  expect(onsetOf({ ok, errors })).toBeNull()
})
