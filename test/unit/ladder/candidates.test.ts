import { describe, expect, it } from 'vitest'
import { candidatesOf, poolByFormula } from '../../../src/ladder/candidates.js'

const choice = { cores: 2, formula: 5, workers: null, poolBudget: null, pools: null }
const keys = (changes: Partial<Parameters<typeof candidatesOf>[0]>) =>
  candidatesOf({ ...choice, ...changes }).map(({ key, isFormula }) => (isFormula ? `${key}!` : key))

describe('candidates', () => {
  it.each<[string, Parameters<typeof keys>[0], string[]]>([
    ['are around the formula, each once', {}, ['w1', 'w2', 'w3', 'w4', 'w5!', 'w6']],
    ['of one core', { cores: 1, formula: 3 }, ['w1', 'w2', 'w3!']],
    ['of part of a core', { cores: 0.5, formula: 2 }, ['w1', 'w2!']],
    ['are none above the formula where memory is short', { formula: 3 }, ['w1', 'w2', 'w3!']],
    ['are those named, and the formula', { workers: [8, 2] }, ['w2', 'w5!', 'w8']],
    [
      'have the pool of the formula, its half and its double',
      { workers: [5], poolBudget: 80 },
      ['w5-p8', 'w5-p16!', 'w5-p32'],
    ],
    [
      'have the pools named, and the formula its own',
      { workers: [2], poolBudget: 80, pools: [4] },
      ['w2-p4', 'w5-p4', 'w5-p16!'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(keys(changes)).toEqual(expected)
  })

  it('a worker’s share of the connections is 5 at least', () => {
    expect([1, 3, 20].map((workers) => poolByFormula(80, workers))).toEqual([80, 26, 5])
  })
})
