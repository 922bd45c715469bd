import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'

/** What this process may use of the machine. */
export interface Cores {
  /** Numbers of the cores that it may run on. */
  readonly allowed: readonly number[]
  /** CPU time per time that the container's quota gives, in cores, or null without a quota. */
  readonly quota: number | null
  readonly memoryBytes: number
  /** The container's memory limit where it is below the machine's memory, else null. */
  readonly memoryLimitBytes: number | null
}

/** The least that a worker of a web service is taken to need. */
const WORKER_BYTES = 100 * 1024 * 1024

/** Cores' worth of CPU time: as many as may be run on, or the container's quota, which may be a fraction. */
export function usableCores({ allowed, quota }: Pick<Cores, 'allowed' | 'quota'>): number {
  return quota === null ? allowed.length : Math.min(allowed.length, quota)
}

/** `2 × cores + 1` workers, for services that wait for others; fewer where memory is short (100 MB each), at least 1. */
export function autoWorkers(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(Math.floor(2 * cores + 1), Math.floor(memoryBytes / WORKER_BYTES)))
}

/** Reads what the system says. `root` is `/`, but in tests. */
export function readCores(root = '/'): Cores {
  const status = read(root, 'proc/self/status') ?? ''
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]
  const groups = controlGroups(read(root, 'proc/self/cgroup') ?? '')
  const memoryBytes = totalmem()
  const limit = lowest(groups.flatMap((group) => memoryLimits(root, group)))
  return {
    allowed:
      (list && parseCpuList(list)) || Array.from({ length: availableParallelism() }, (_, core) => core),
    quota: lowest(groups.flatMap((group) => quotas(root, group))),
    memoryBytes,
    memoryLimitBytes: limit !== null && limit < memoryBytes ? limit : null,
  }
}

/** `0-3,8` → 0, 1, 2, 3, 8; null when it is no such list. */
export function parseCpuList(text: string): number[] | null {
  const cores = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim())
    if (!match) return null
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])]
    if (last < first || last > 65_535) return null
    for (let core = first; core <= last; core++) cores.add(core)
  }
  return [...cores].sort((a, b) => a - b)
}

/** `cpu.max` of cgroup v2: `150000 100000` is 1.5 cores, `max 100000` no limit. */
export function parseCpuMax(text: string): number | null {
  const [quota, period] = text.trim().split(/\s+/).map(Number)
  return ratio(quota, period)
}

export interface ControlGroup {
  /** Mount folders below `/sys/fs/cgroup` to look in; empty name for version 2. */
  readonly mounts: readonly string[]
  readonly version: 1 | 2
  readonly path: string
}

/** Lines of `/proc/PID/cgroup`: `0::/path` is version 2, `4:cpu,cpuacct:/path` version 1. */
export function controlGroups(text: string): ControlGroup[] {
  return text.split('\n').flatMap((line): ControlGroup[] => {
    const [, controllers, ...path] = line.split(':')
    if (controllers === undefined || path.length === 0) return []
    const where = path.join(':')
    if (controllers === '') return [{ mounts: ['', 'unified'], version: 2, path: where }]
    return [{ mounts: [controllers, ...controllers.split(',')], version: 1, path: where }]
  })
}

function quotas(root: string, group: ControlGroup): (number | null)[] {
  return foldersOf(group).map((folder) => {
    if (group.version === 2) return parseCpuMax(read(root, join(folder, 'cpu.max')) ?? '')
    const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) =>
      Number(read(root, join(folder, name)) ?? Number.NaN),
    )
    return ratio(quota, period)
  })
}

function memoryLimits(root: string, group: ControlGroup): (number | null)[] {
  const name = group.version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  return foldersOf(group).map((folder) => {
    const bytes = Number.parseInt(read(root, join(folder, name)) ?? '', 10)
    return bytes > 0 ? bytes : null
  })
}

/** The group's folder and all above it: each may limit. Inside a container the path may be the host's, and only the top exists. */
function foldersOf({ mounts, path }: ControlGroup): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  const paths = Array.from({ length: parts.length + 1 }, (_, count) => parts.slice(0, count).join('/'))
  return mounts.flatMap((mount) => paths.map((below) => join('sys/fs/cgroup', mount, below)))
}

function ratio(quota: number | undefined, period: number | undefined): number | null {
  return quota && period && quota > 0 && period > 0 ? quota / period : null
}

function lowest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? Math.min(...known) : null
}

function read(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    // This system, or this group, has no such file.
    return null
  }
}
