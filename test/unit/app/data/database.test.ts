import { describe, expect, it } from 'vitest'
import { dbPoolMax } from '../../../../src/app/data/database.js'

describe('dbPoolMax', () => {
  it.each([
    { budget: 80, workers: 1, nodes: 1, expected: 80 },
    { budget: 80, workers: 3, nodes: 1, expected: 26 },
    { budget: 80, workers: 4, nodes: 2, expected: 10 },
    { budget: 80, workers: 33, nodes: 1, expected: 5 },
  ])('$budget over $workers × $nodes: $expected', ({ expected, ...of }) => {
    expect(dbPoolMax(of)).toBe(expected)
  })
})
