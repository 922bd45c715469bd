import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf } from '../../words/errors.js'
import { type ControlGroup, controlGroups } from './cores.js'

/** Where control groups with a CPU quota can be made. */
export interface GroupHost {
  readonly version: 1 | 2
  /** A folder of the kernel's, in which a group is made by making a folder. */
  readonly folder: string
}

const MOUNT = 'sys/fs/cgroup'
/** The kernel takes no shorter quota. */
const LEAST_QUOTA_US = 1_000
const PERIOD_US = 100_000
/** How long processes that were killed may take to leave a group. */
const EMPTY_MS = 5_000
const POLL_MS = 20

/**
 * Quota and period in µs: periods long enough that a slice is worth waking for. See docs/decisions/0018-virtual-cores.md.
 */
export function cfsQuota(cpus: number, leastPeriodUs = PERIOD_US): { quotaUs: number; periodUs: number } {
  const periodUs = Math.max(leastPeriodUs, Math.ceil(LEAST_QUOTA_US / cpus))
  return { quotaUs: Math.round(cpus * periodUs), periodUs }
}

/**
 * Where groups of ours can be made: in version 1 in the group that rungs is in. In version 2 beside it, since a group that holds
 * processes can have no limited groups in it (but for the root). Null where the system has no control groups.
 * @param root `/`, but in tests
 */
export function groupHost(root = '/'): GroupHost | null {
  const group = cpuGroup(root, 'self')
  if (!group) return null
  const folder = folderOf(root, group)
  if (group.version === 1) return { version: 1, folder }
  const top = join(root, MOUNT)
  return { version: 2, folder: folder === top ? top : dirname(folder) }
}

/** The folder of the group that limits a process's CPU time, or null where it has ended or there is none. */
export function groupOf(pid: number, root = '/'): string | null {
  const group = cpuGroup(root, String(pid))
  return group && folderOf(root, group)
}

/** Makes a group that holds nothing but groups. */
export function makeOuterGroup({ version, folder }: GroupHost, name: string): string {
  const group = join(folder, name)
  if (version === 2) enableCpu(folder)
  mkdirSync(group)
  if (version === 2) writeFileSync(join(group, 'cgroup.subtree_control'), '+cpu')
  return group
}

/** Limits a group that is there. */
export function writeQuota(
  version: GroupHost['version'],
  group: string,
  cpus: number,
  leastPeriodUs = PERIOD_US,
): void {
  const { quotaUs, periodUs } = cfsQuota(cpus, leastPeriodUs)
  if (version === 2) {
    writeFileSync(join(group, 'cpu.max'), `${quotaUs} ${periodUs}`)
    return
  }
  // A quota that is there may be too much for the new period in a group that is limited itself.
  liftQuota(version, group)
  writeFileSync(join(group, 'cpu.cfs_period_us'), String(periodUs))
  writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quotaUs))
}

/** Takes the limit from a group. */
export function liftQuota(version: GroupHost['version'], group: string): void {
  if (version === 2) writeFileSync(join(group, 'cpu.max'), 'max')
  else writeFileSync(join(group, 'cpu.cfs_quota_us'), '-1')
}

/** Moves a process with all its threads; what it starts from then on is in the group as well. */
export function moveInto(group: string, pid: number): void {
  writeFileSync(join(group, 'cgroup.procs'), String(pid))
}

/** What a group is limited to, to be put back by what is given; null where it cannot be read. */
export function keepQuota(version: GroupHost['version'], group: string): (() => void) | null {
  const names = version === 2 ? ['cpu.max'] : ['cpu.cfs_period_us', 'cpu.cfs_quota_us']
  try {
    const kept = names.map((name) => [join(group, name), readFileSync(join(group, name), 'utf8').trim()])
    return () => {
      liftQuota(version, group)
      for (const [file = '', text = ''] of kept) writeFileSync(file, text)
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Removes a group and those in it, once their processes have ended. */
export async function removeGroup(group: string): Promise<{ removed: boolean; problem: string | null }> {
  for (const deadline = Date.now() + EMPTY_MS; ; ) {
    try {
      if (!statSync(group, { throwIfNoEntry: false })) return { removed: false, problem: null }
      for (const name of readdirSync(group, { withFileTypes: true }))
        if (name.isDirectory()) rmdirSync(join(group, name.name))
      rmdirSync(group)
      return { removed: true, problem: null }
    } catch (error) {
      // Processes that were killed leave it a moment later.
      const code = codeOf(error)
      if (code !== 'EBUSY' || Date.now() >= deadline) {
        return {
          removed: false,
          problem: `control group ${group} could not be removed (${code ?? 'unknown'})`,
        }
      }
    }
    await delay(POLL_MS)
  }
}

/** Lets the groups in a folder be limited: each folder from the top must pass it on. */
function enableCpu(folder: string): void {
  const file = join(folder, 'cgroup.subtree_control')
  if (readFileSync(file, 'utf8').trim().split(/\s+/).includes('cpu')) return
  const parent = dirname(folder)
  if (codeOfRead(join(parent, 'cgroup.subtree_control')) === null) enableCpu(parent)
  writeFileSync(file, '+cpu')
}

function codeOfRead(file: string): string | null {
  try {
    readFileSync(file)
    return null
  } catch (error) {
    return codeOf(error) ?? 'unknown'
  }
}

function cpuGroup(root: string, pid: string): ControlGroup | null {
  const groups = controlGroups(readOrEmpty(join(root, 'proc', pid, 'cgroup')))
  const first = groups.find(({ version, mounts }) => version === 1 && mounts.includes('cpu'))
  return first ?? groups.find(({ version }) => version === 2) ?? null
}

/** Inside a container the path may be the host's, and only the top exists. */
function folderOf(root: string, { version, mounts, path }: ControlGroup): string {
  const tops = (version === 2 ? [''] : mounts).map((mount) => join(root, MOUNT, mount))
  const folders = [...tops.map((top) => join(top, path)), ...tops]
  const found = folders.find((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory())
  return trimSlash(found ?? join(root, MOUNT))
}

function trimSlash(folder: string): string {
  return folder.length > 1 ? folder.replace(/\/+$/, '') : folder
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process has ended, or this system has no such file.
    return ''
  }
}
