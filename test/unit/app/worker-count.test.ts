import { availableParallelism, totalmem } from 'node:os'
import { describe, expect, it } from 'vitest'
import { quotaV2, readMachine, workerCount } from '../../../src/app/worker-count.js'
import { systemRoots } from '../../helpers/system-root.js'

const GIB = 1024 ** 3
const root = systemRoots()

describe('workerCount', () => {
  it.each([
    { cores: 1, memoryBytes: 16 * GIB, expected: 3 },
    { cores: 2, memoryBytes: 16 * GIB, expected: 5 },
    { cores: 8, memoryBytes: 16 * GIB, expected: 17 },
    { cores: 0.5, memoryBytes: 16 * GIB, expected: 2 },
    { cores: 8, memoryBytes: GIB, expected: 10 },
    { cores: 8, memoryBytes: GIB / 32, expected: 1 },
  ])('$cores cores, $memoryBytes bytes: $expected', ({ expected, ...machine }) => {
    expect(workerCount(machine)).toBe(expected)
  })
})

describe('readMachine', () => {
  it('takes the machine where no limit is set', () => {
    const limits = root({ 'sys/fs/cgroup/cpu.max': 'max 100000\n', 'sys/fs/cgroup/memory.max': 'max\n' })
    expect(readMachine(limits)).toEqual({ cores: availableParallelism(), memoryBytes: totalmem() })
    expect(readMachine(root({}))).toEqual({ cores: availableParallelism(), memoryBytes: totalmem() })
  })

  it('reads cgroup v2', () => {
    const limits = root({
      'sys/fs/cgroup/cpu.max': '50000 100000\n',
      'sys/fs/cgroup/memory.max': '268435456\n',
    })
    expect(readMachine(limits)).toEqual({ cores: 0.5, memoryBytes: 268_435_456 })
  })

  it('reads cgroup v1, whose "no limit" is a huge number', () => {
    const limits = root({
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '75000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    })
    expect(readMachine(limits)).toEqual({ cores: 0.75, memoryBytes: totalmem() })
    expect(readMachine(root({ 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' })).cores).toBe(
      availableParallelism(),
    )
  })

  it('finds the limit of its own group and of those around it', () => {
    const limits = root({
      'proc/self/cgroup': '0::/system.slice/rungs-app.service\n',
      'sys/fs/cgroup/system.slice/cpu.max': '25000 100000\n',
      'sys/fs/cgroup/system.slice/rungs-app.service/cpu.max': '90000 100000\n',
      'sys/fs/cgroup/system.slice/rungs-app.service/memory.max': '134217728\n',
    })
    expect(readMachine(limits)).toEqual({ cores: 0.25, memoryBytes: 134_217_728 })
  })
})

describe('quotaV2', () => {
  it.each([
    ['200000 100000', 2],
    ['max 100000', null],
    ['', null],
    ['0 100000', null],
    [null, null],
  ])('%j: %j', (text, expected) => {
    expect(quotaV2(text)).toBe(expected)
  })
})
