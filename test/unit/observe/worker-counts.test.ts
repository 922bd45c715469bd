import { expect, it } from 'vitest'
import { workerShares } from '../../../src/observe/worker-counts.js'

it('gives each worker what it served in between, busiest first', () => {
  const before = new Map([
    ['7', 100],
    ['8', 5],
    ['9', 50],
  ])
  const after = new Map([
    ['7', 130],
    ['8', 105],
    ['10', 3],
  ])
  expect(workerShares(before, after)).toEqual({
    shares: [
      { workerId: '8', requests: 100 },
      { workerId: '7', requests: 30 },
    ],
    changed: 2,
  })
})
