import { expect, it } from 'vitest'
import { likeTexts } from '../../../src/words/like-texts.js'

it('says once what differs in its numbers only, with their range', () => {
  const items = [
    ['other processes took 57.6 % of the CPU time (limit 15 %)', 'a'],
    ['came 1,204 ms late', 'a'],
    ['other processes took 48 % of the CPU time (limit 15 %)', 'b'],
    ['came 36 ms late', 'c'],
    ['still drifting', 'c'],
  ] as const
  expect(likeTexts(items)).toEqual([
    { text: 'other processes took 48–57.6 % of the CPU time (limit 15 %)', of: ['a', 'b'] },
    { text: 'came 36–1,204 ms late', of: ['a', 'c'] },
    { text: 'still drifting', of: ['c'] },
  ])
  expect(likeTexts([])).toEqual([])
})
