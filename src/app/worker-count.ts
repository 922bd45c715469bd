import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'

/** What this process may use: the container's limits, not the host's size. */
export interface Machine {
  /** May be a fraction: half a core is 0.5. */
  readonly cores: number
  readonly memoryBytes: number
}

const BYTES_PER_WORKER = 100 * 1024 * 1024

/** 2 × cores + 1, and no more than fit into memory at 100 MiB a worker; at least 1. */
export function workerCount(machine: Machine): number {
  const byCores = Math.floor(2 * machine.cores) + 1
  const byMemory = Math.floor(machine.memoryBytes / BYTES_PER_WORKER)
  return Math.max(1, Math.min(byCores, byMemory))
}

/** Reads the CPU set, the CPU quota and the memory limit of this process (cgroup v2 and v1), the smallest of each. */
export function readMachine(root = '/'): Machine {
  const cgroups = ownCgroups(root)
  const limits = cgroups.map((folder) => ({
    cores: quotaV2(read(join(folder, 'cpu.max'))) ?? quotaV1(folder),
    memory: bytes(read(join(folder, 'memory.max')) ?? read(join(folder, 'memory.limit_in_bytes'))),
  }))
  return {
    cores: Math.min(
      availableParallelism(),
      ...limits.map((limit) => limit.cores ?? Number.POSITIVE_INFINITY),
    ),
    memoryBytes: Math.min(totalmem(), ...limits.map((limit) => limit.memory ?? Number.POSITIVE_INFINITY)),
  }
}

/** `cpu.max`: "QUOTA PERIOD" in µs, QUOTA `max` without a limit. */
export function quotaV2(text: string | null): number | null {
  const [quota, period] = (text ?? '').trim().split(/\s+/).map(Number)
  return ratio(quota, period)
}

function quotaV1(folder: string): number | null {
  return ratio(
    Number(read(join(folder, 'cpu.cfs_quota_us')) ?? Number.NaN),
    Number(read(join(folder, 'cpu.cfs_period_us')) ?? Number.NaN),
  )
}

function ratio(quota: number | undefined, period: number | undefined): number | null {
  const cores = (quota ?? Number.NaN) / (period ?? Number.NaN)
  return Number.isFinite(cores) && cores > 0 ? cores : null
}

function bytes(text: string | null): number | null {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) && value > 0 ? value : null
}

/** Every folder whose limits hold for this process: its own cgroups and those around them. */
function ownCgroups(root: string): string[] {
  const mount = join(root, 'sys/fs/cgroup')
  const folders = new Set([mount, join(mount, 'cpu'), join(mount, 'memory')])
  for (const line of (read(join(root, 'proc/self/cgroup')) ?? '').split('\n')) {
    const [, controllers, path] = line.split(':')
    if (controllers === undefined || path === undefined) continue
    const parts = path.split('/').filter((part) => part !== '' && part !== '..')
    for (let depth = 0; depth <= parts.length; depth++) {
      folders.add(join(mount, controllers, ...parts.slice(0, depth)))
    }
  }
  return [...folders]
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The file is not there: no such limit on this system.
    return null
  }
}
