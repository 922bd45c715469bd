import { describe, expect, it } from 'vitest'
import { measurementOrder } from '../../../../src/runner/cell/order.js'
import { shuffle } from '../../../../src/stats/estimate/shuffle.js'

/** Always draws 0: Fisher–Yates then rotates, which is a known order. */
const zero = () => 0

describe('measurementOrder', () => {
  it('mirrors every even repeat, in levels and in scenarios', () => {
    const groups = measurementOrder(['0', '1', '2'], ['a', 'b'], 2, zero)
    expect(groups).toEqual([
      { level: '1', repeat: 1, scenarios: ['b', 'a'] },
      { level: '2', repeat: 1, scenarios: ['b', 'a'] },
      { level: '0', repeat: 1, scenarios: ['b', 'a'] },
      { level: '0', repeat: 2, scenarios: ['a', 'b'] },
      { level: '2', repeat: 2, scenarios: ['a', 'b'] },
      { level: '1', repeat: 2, scenarios: ['a', 'b'] },
    ])
  })

  it('holds every cell exactly once a repeat', () => {
    const groups = measurementOrder(['0', '1'], ['a', 'b', 'c'], 5, Math.random)
    const cells = groups.flatMap((g) => g.scenarios.map((s) => `${g.level}/${s}/${g.repeat}`))
    expect(cells).toHaveLength(30)
    expect(new Set(cells).size).toBe(30)
  })
})

it('shuffle keeps every item', () => {
  expect(shuffle([1, 2, 3, 4, 5], Math.random).toSorted()).toEqual([1, 2, 3, 4, 5])
})
