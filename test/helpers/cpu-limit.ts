import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cfsQuota, groupHost, groupOf } from '../../src/launch/machine/cgroup.js'

/** What limits a process's CPU time, as quota and period in µs. */
export function limitOf(pid: number): string {
  const group = groupOf(pid)!
  const names = groupHost()!.version === 2 ? ['cpu.max'] : ['cpu.cfs_quota_us', 'cpu.cfs_period_us']
  return names.map((name) => readFileSync(join(group, name), 'utf8').trim()).join(' ')
}

/** The same text for a quota in cores. */
export function limitText(cpus: number): string {
  const { quotaUs, periodUs } = cfsQuota(cpus)
  return `${quotaUs} ${periodUs}`
}
