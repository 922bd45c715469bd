import { expect, it } from 'vitest'
import { cpuShares, othersShare, parseCpuLine } from '../../../src/observe/machine-cpu.js'

it('reads the first line of /proc/stat, guests left out', () => {
  const ticks = parseCpuLine('cpu  100 10 50 800 20 5 5 10 40 4\ncpu0 1 2 3\n')
  expect(ticks).toEqual({ total: 1000, idle: 820, processes: 160, steal: 10 })
})

it('gives shares of the time between two readings', () => {
  const before = { total: 1000, idle: 820, processes: 160, steal: 10 }
  const after = { total: 1400, idle: 920, processes: 400, steal: 30 }
  expect(cpuShares(before, after)).toEqual({ busyShare: 0.75, stealShare: 0.05 })
})

it('gives null, not zero, where nothing is known', () => {
  expect(cpuShares(null, null)).toEqual({ busyShare: null, stealShare: null })
})

it('tells the part of processes that are not known, interrupts left out', () => {
  const before = parseCpuLine('cpu 100 0 50 800 0 20 30 0')
  const after = parseCpuLine('cpu 180 10 80 900 0 60 170 0')
  // 120 ticks of processes, of 400 in all; a tick is 10 ms.
  expect(othersShare(before, after, 0)).toBe(0.3)
  expect(othersShare(before, after, 800_000)).toBe(0.1)
  expect(othersShare(before, after, 1_500_000)).toBe(0)
})

it('does not tell it where the system does not', () => {
  const ticks = parseCpuLine('cpu 100 0 50 800 0 20 30 0')
  expect(othersShare(null, null, 0)).toBeNull()
  expect(othersShare(ticks, ticks, 0)).toBeNull()
})
