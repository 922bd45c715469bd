import { readFileSync } from 'node:fs'

/** CPU time of the whole machine since it booted, in ticks. */
export interface CpuTicks {
  readonly total: number
  readonly idle: number
  readonly steal: number
}

/**
 * The first line of `/proc/stat` (see proc(5)). `guest` and `guest_nice` are left out of the total, since `user` and
 * `nice` hold them already; waiting for a disk counts as idle.
 */
export function parseCpuLine(text: string): CpuTicks {
  const ticks = (text.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number)
  const [idle = 0, iowait = 0, steal = 0] = [ticks[3], ticks[4], ticks[7]]
  return { total: ticks.reduce((sum, n) => sum + n, 0), idle: idle + iowait, steal }
}

/** Null where the system does not tell. */
export function readCpuTicks(): CpuTicks | null {
  return process.platform === 'linux' ? parseCpuLine(readFileSync('/proc/stat', 'latin1')) : null
}

/** Shares of the machine's CPU time between two readings, 0 to 1; null where there was none. */
export function cpuShares(
  before: CpuTicks | null,
  after: CpuTicks | null,
): { busyShare: number | null; stealShare: number | null } {
  const total = before && after ? after.total - before.total : 0
  if (!before || !after || total <= 0) return { busyShare: null, stealShare: null }
  return {
    busyShare: 1 - (after.idle - before.idle) / total,
    stealShare: (after.steal - before.steal) / total,
  }
}
