import { expect, it } from 'vitest'
import { cpuShares, parseCpuLine } from '../../../src/observe/machine-cpu.js'

it('reads the first line of /proc/stat, guests left out', () => {
  const ticks = parseCpuLine('cpu  100 10 50 800 20 5 5 10 40 4\ncpu0 1 2 3\n')
  expect(ticks).toEqual({ total: 1000, idle: 820, steal: 10 })
})

it('gives shares of the time between two readings', () => {
  const before = { total: 1000, idle: 820, steal: 10 }
  const after = { total: 1400, idle: 920, steal: 30 }
  expect(cpuShares(before, after)).toEqual({ busyShare: 0.75, stealShare: 0.05 })
})

it('gives null, not zero, where nothing is known', () => {
  expect(cpuShares(null, null)).toEqual({ busyShare: null, stealShare: null })
})
