import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { groupHost, groupOf } from '../../src/launch/cgroup.js'

/** What limits a process's CPU time, as quota and period in µs. */
export function limitOf(pid: number): string {
  const group = groupOf(pid)!
  const names = groupHost()!.version === 2 ? ['cpu.max'] : ['cpu.cfs_quota_us', 'cpu.cfs_period_us']
  return names.map((name) => readFileSync(join(group, name), 'utf8').trim()).join(' ')
}
