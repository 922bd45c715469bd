import { readFileSync } from 'node:fs'
import { TICK_US } from './process-table.js'

/** CPU time of the whole machine since it booted, in ticks. */
export interface CpuTicks {
  readonly total: number
  readonly idle: number
  /** Of processes: user (nice or not) and system. What interrupts took is nobody's: on loopback, most of the network's work. */
  readonly processes: number
  readonly steal: number
}

/**
 * The first line of `/proc/stat` (see proc(5)). `guest` and `guest_nice` are left out of the total, since `user` and
 * `nice` hold them already; waiting for a disk counts as idle.
 */
export function parseCpuLine(text: string): CpuTicks {
  const ticks = (text.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number)
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, , , steal = 0] = ticks
  const total = ticks.reduce((sum, n) => sum + n, 0)
  return { total, idle: idle + iowait, processes: user + nice + system, steal }
}

/** Null where the system does not tell (macOS). */
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

/** Begins to watch for CPU time that the hypervisor takes: its share since then, 0 to 1, or null where unknown. */
export function watchSteal(): () => number | null {
  const before = readCpuTicks()
  return () => cpuShares(before, readCpuTicks()).stealShare
}

/**
 * Share of the machine's CPU time between two readings that processes other than the known ones took, 0 to 1; null where
 * there was none. Where the kernel counts interrupts as time of the process that they met, it is a little too small.
 * @param knownUs CPU time in µs of the known processes, user and system
 */
export function othersShare(before: CpuTicks | null, after: CpuTicks | null, knownUs: number): number | null {
  const total = before && after ? after.total - before.total : 0
  if (!before || !after || total <= 0) return null
  return Math.max(0, after.processes - before.processes - knownUs / TICK_US) / total
}
