import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cfsQuota,
  groupHost,
  groupOf,
  keepQuota,
  makeOuterGroup,
  moveInto,
  removeGroup,
  writeQuota,
} from '../../../../src/launch/machine/cgroup.js'
import { systemRoots } from '../../../helpers/system-root.js'

const system = systemRoots()

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

describe('cfsQuota', () => {
  test.each([
    [0.1, 10_000, 100_000],
    [1.5, 150_000, 100_000],
    [0.005, 1_000, 200_000],
    [0.01, 1_000, 100_000],
  ])('%d of a core', (cpus, quotaUs, periodUs) => {
    expect(cfsQuota(cpus)).toEqual({ quotaUs, periodUs })
  })

  test('is what was asked within 0.1 %, and what the kernel takes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 64, noNaN: true }), (cpus) => {
        const { quotaUs, periodUs } = cfsQuota(cpus)
        expect(quotaUs).toBeGreaterThanOrEqual(1_000)
        expect(periodUs).toBeLessThanOrEqual(1_000_000)
        expect(Math.abs(quotaUs / periodUs / cpus - 1)).toBeLessThan(0.001)
      }),
    )
  })
})

describe('version 1', () => {
  const files = {
    'proc/self/cgroup': '4:memory:/m\n1:cpu,cpuacct:/a\n0::/\n',
    'proc/77/cgroup': '1:cpu,cpuacct:/docker/abc\n',
    'sys/fs/cgroup/cpu,cpuacct/a/cpu.shares': '1024',
    'sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '100000\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000\n',
  }

  test('groups are made in the one that rungs is in, limited, and filled', () => {
    const root = system(files)
    const host = groupHost(root)!
    expect(host).toEqual({ version: 1, folder: join(root, 'sys/fs/cgroup/cpu,cpuacct/a') })
    const outer = makeOuterGroup(host, 'rungs-x.l1')
    writeQuota(1, outer, 0.2)
    expect([read(outer, 'cpu.cfs_quota_us'), read(outer, 'cpu.cfs_period_us')]).toEqual(['20000', '100000'])
    moveInto(outer, 123)
    expect(read(outer, 'cgroup.procs')).toBe('123')
  })

  test('a container has a group of its own, which gets its former limit back', () => {
    const root = system(files)
    const group = groupOf(77, root)!
    expect(group).toBe(join(root, 'sys/fs/cgroup/cpu,cpuacct/docker/abc'))
    const restore = keepQuota(1, group)!
    writeQuota(1, group, 0.5)
    expect(read(group, 'cpu.cfs_quota_us')).toBe('50000')
    restore()
    expect([read(group, 'cpu.cfs_quota_us'), read(group, 'cpu.cfs_period_us')]).toEqual(['100000', '100000'])
  })

  test('inside a container, where the path is that of the host, the top is taken', () => {
    const root = system({ 'proc/self/cgroup': '1:cpu:/docker/abc\n', 'sys/fs/cgroup/cpu/cpu.shares': '1024' })
    expect(groupHost(root)?.folder).toBe(join(root, 'sys/fs/cgroup/cpu'))
  })
})

describe('version 2', () => {
  const control = 'cgroup.subtree_control'
  const files = {
    'proc/self/cgroup': '0::/user.slice/session.scope\n',
    [`sys/fs/cgroup/${control}`]: 'cpu memory\n',
    [`sys/fs/cgroup/user.slice/${control}`]: 'memory\n',
    [`sys/fs/cgroup/user.slice/session.scope/${control}`]: '',
  }

  test('groups are made beside the one that rungs is in, which may hold none, and the limit is passed on to them', () => {
    const root = system(files)
    const host = groupHost(root)!
    expect(host).toEqual({ version: 2, folder: join(root, 'sys/fs/cgroup/user.slice') })
    const outer = makeOuterGroup(host, 'rungs-x.l1')
    // Only where it was not passed on already.
    expect(read(join(root, 'sys/fs/cgroup'), control)).toBe('cpu memory\n')
    expect(read(host.folder, control)).toBe('+cpu')
    expect(read(outer, control)).toBe('+cpu')
    writeQuota(2, outer, 0.15)
    expect(read(outer, 'cpu.max')).toBe('15000 100000')
    const restore = keepQuota(2, outer)!
    writeQuota(2, outer, 1)
    restore()
    expect(read(outer, 'cpu.max')).toBe('15000 100000')
  })

  test('in the root, which may hold both', () => {
    const root = system({ 'proc/self/cgroup': '0::/\n', [`sys/fs/cgroup/${control}`]: 'cpu\n' })
    expect(groupHost(root)).toEqual({ version: 2, folder: join(root, 'sys/fs/cgroup') })
  })
})

test('a system without control groups has no place for them', () => {
  expect(groupHost(system({}))).toBeNull()
})

test('a group is removed with those in it, and one that is gone is no problem', async () => {
  const root = system({})
  const group = join(root, 'rungs-x.l1')
  mkdirSync(join(group, '123'), { recursive: true })
  expect(await removeGroup(group)).toEqual({ removed: true, problem: null })
  expect(existsSync(group)).toBe(false)
  expect(await removeGroup(group)).toEqual({ removed: false, problem: null })
})
