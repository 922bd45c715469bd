import { describe, expect, test } from 'vitest'
import { splitCores } from '../../../../src/launch/machine/affinity.js'
import {
  autoWorkers,
  parseCpuList,
  parseCpuMax,
  readCores,
  usableCores,
} from '../../../../src/launch/machine/cores.js'
import { systemRoots } from '../../../helpers/system-root.js'

const GB = 1024 ** 3
const system = systemRoots()

test.each([
  ['0', [0]],
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['2,0-1,1', [0, 1, 2]],
  ['', null],
  ['3-1', null],
  ['a', null],
  ['0-', null],
])('the core list "%s" is %j', (text, cores) => {
  expect(parseCpuList(text)).toEqual(cores)
})

test('parseCpuMax', () => {
  expect(parseCpuMax('150000 100000\n')).toBe(1.5)
  expect(parseCpuMax('max 100000\n')).toBeNull()
  expect(parseCpuMax('')).toBeNull()
})

describe('readCores', () => {
  const status = 'Name:\tnode\nCpus_allowed_list:\t0-7\n'

  test('cgroup v2: the tightest of a group and all above it', () => {
    const root = system({
      'proc/self/status': status,
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/cpu.max': '250000 100000\n',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/a/b/memory.max': '104857600\n',
      'sys/fs/cgroup/a/memory.max': 'max\n',
    })
    const cores = readCores(root)
    expect(cores).toMatchObject({
      allowed: [0, 1, 2, 3, 4, 5, 6, 7],
      quota: 2.5,
      memoryLimitBytes: 104857600,
    })
    expect(usableCores(cores)).toBe(2.5)
  })

  test('cgroup v1 in a container, where the path is the host’s and only the top exists', () => {
    const root = system({
      'proc/self/status': status,
      'proc/self/cgroup': '4:cpu,cpuacct:/docker/x\n3:memory:/docker/x\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    })
    expect(readCores(root)).toMatchObject({ quota: 0.5, memoryLimitBytes: null })
  })

  test('no quota: as many as may be run on', () => {
    const root = system({
      'proc/self/status': 'Cpus_allowed_list:\t1,3\n',
      'proc/self/cgroup': '4:cpu:/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    })
    const cores = readCores(root)
    expect(cores).toMatchObject({ allowed: [1, 3], quota: null })
    expect(usableCores(cores)).toBe(2)
  })

  test('a system without any of these files still has cores and memory', () => {
    const cores = readCores(system({}))
    expect(cores.allowed.length).toBeGreaterThan(0)
    expect(cores.quota).toBeNull()
    expect(cores.memoryBytes).toBeGreaterThan(0)
  })
})

test.each([
  [8, 64 * GB, 17],
  [1, 64 * GB, 3],
  [0.5, 64 * GB, 2],
  [1.5, 64 * GB, 4],
  [8, 0.5 * GB, 5],
  [8, 1, 1],
])('%d cores and %d bytes: %d workers', (cores, bytes, workers) => {
  expect(autoWorkers(cores, bytes)).toBe(workers)
})

describe('splitCores', () => {
  test.each([
    [[0, 1], { generator: [0], service: [1] }],
    [[2, 5, 7], { generator: [2], service: [5, 7] }],
    [[0, 1, 2, 3], { generator: [0], service: [1, 2, 3] }],
    [[0, 1, 2, 3, 4, 5, 6, 7], { generator: [0, 1], service: [2, 3, 4, 5, 6, 7] }],
  ])('auto of %j', (allowed, split) => {
    expect(splitCores(allowed, 'auto', true).split).toEqual(split)
  })

  test('auto never fails: it says why the cores are shared', () => {
    expect(splitCores([3], 'auto', true)).toEqual({
      split: null,
      reason: expect.stringContaining('only core'),
    })
    expect(splitCores([0, 1], 'auto', false)).toEqual({
      split: null,
      reason: expect.stringContaining('taskset'),
    })
    expect(splitCores([0, 1], 'off', true).split).toBeNull()
  })

  test('cores that are named are used', () => {
    const split = { generator: [0], service: [1, 2, 3] }
    expect(splitCores([0, 1, 2, 3], split, true).split).toEqual(split)
  })

  test('cores that do not exist, and a system that cannot pin, are told', () => {
    const split = { generator: [0], service: [1, 9] }
    expect(() => splitCores([0, 1], split, true)).toThrow('core 9 is not among those that may be used (0, 1)')
    expect(() => splitCores([0, 1, 9], split, false)).toThrow(/taskset was not found/)
  })
})
