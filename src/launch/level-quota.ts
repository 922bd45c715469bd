import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf, messageOf, UserError } from '../words/errors.js'
import type { LevelProcess } from './launcher.js'
import { groupPrefix } from './lease/lease-file.js'
import { listProcesses, type ProcessEntry } from './lease/processes.js'
import type { LevelContext } from './level-context.js'
import {
  type GroupHost,
  groupHost,
  groupOf,
  keepQuota,
  liftQuota,
  makeOuterGroup,
  moveInto,
  removeGroup,
  writeQuota,
} from './machine/cgroup.js'

const NO_GROUPS = 'CPU quotas need the control groups of Linux, which this system has not'

/** The same CPU quota for each worker of a level: each has a control group of its own. */
export class LevelQuota {
  readonly #host: GroupHost
  readonly #group: string
  readonly #cpus: number
  readonly #roots: readonly number[]
  /** Groups that somebody else made, such as a container's, with what puts their former limit back. */
  readonly #foreign = new Map<string, () => void>()
  #isLifted = false

  private constructor(host: GroupHost, group: string, cpus: number, roots: readonly number[]) {
    this.#host = host
    this.#group = group
    this.#cpus = cpus
    this.#roots = roots
  }

  /**
   * Limits the workers there are.
   * @throws UserError where that cannot be done here
   */
  static async begin(
    { lease, tempDir }: Pick<LevelContext, 'lease' | 'tempDir'>,
    processes: readonly LevelProcess[],
    cpus: number,
  ): Promise<LevelQuota> {
    const host = groupHost()
    if (!host) throw new UserError(`worker-cpus ${cpus}: ${NO_GROUPS}`)
    const name = groupPrefix(lease.id) + basename(tempDir)
    await lease.ownGroup(join(host.folder, name))
    const roots = processes.flatMap(({ role, elsewhere, pid }) => (role === 'web' && !elsewhere ? [pid] : []))
    let quota: LevelQuota | null = null
    try {
      quota = new LevelQuota(host, makeOuterGroup(host, name), cpus, roots)
      quota.#limitNew()
      return quota
    } catch (error) {
      await quota?.end()
      throw new UserError(`worker-cpus ${cpus}: ${whyNot(error)}`)
    }
  }

  /** Lets the workers run at full speed until `renew`. */
  lift(): void {
    for (const group of this.#own()) liftQuota(this.#host.version, group)
    this.#atForeign((_, restore) => restore())
    this.#isLifted = true
  }

  /** Limits all again, and those that came since; a sentence where some came while the others were limited. */
  renew(): string | null {
    const count = this.#limitNew()
    if (this.#isLifted) {
      for (const group of this.#own()) writeQuota(this.#host.version, group, this.#cpus)
      this.#atForeign((group) => writeQuota(this.#host.version, group, this.#cpus))
      this.#isLifted = false
      return null
    }
    if (count === 0) return null
    return `${count === 1 ? 'a worker that came' : `${count} workers that came`} since ran without the CPU quota of ${this.#cpus} until now`
  }

  /** What people should know of a quota that may not mean what they think. */
  warnings({ title, workers }: Pick<LevelContext, 'title' | 'workers'>): string[] {
    const limited = this.#own().length + this.#foreign.size
    if (limited === workers) return []
    return [
      `${title}: ${limited} ${limited === 1 ? 'process has' : 'processes have'} a CPU quota, and ${workers} workers were expected`,
    ]
  }

  /** Puts back what was somebody else's, and removes the groups; the processes in them must have ended. */
  async end(): Promise<void> {
    this.#atForeign((_, restore) => restore())
    this.#foreign.clear()
    // What cannot be removed now is told by the lease, which tries again.
    await removeGroup(this.#group)
  }

  /** The groups of workers. */
  #own(): string[] {
    return readdirSync(this.#group, { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => join(this.#group, name))
  }

  #atForeign(act: (group: string, restore: () => void) => void): void {
    for (const [group, restore] of this.#foreign) {
      try {
        act(group, restore)
      } catch (error) {
        // The container has gone, and its group with it.
        if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENODEV') throw error
        this.#foreign.delete(group)
      }
    }
  }

  #limitNew(): number {
    const own = groupOf(process.pid)
    let count = 0
    for (const { pid } of leavesOf(listProcesses(), this.#roots)) {
      const group = groupOf(pid)
      if (group === null || dirname(group) === this.#group || this.#foreign.has(group)) continue
      if (group === own ? this.#limitOne(pid) : this.#limitForeign(group)) count += 1
    }
    return count
  }

  #limitOne(pid: number): boolean {
    const folder = join(this.#group, String(pid))
    mkdirSync(folder, { recursive: true })
    writeQuota(this.#host.version, folder, this.#cpus)
    try {
      moveInto(folder, pid)
      return true
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error
      // It has ended meanwhile.
      rmdirSync(folder)
      return false
    }
  }

  /** A group that others made keeps its processes: a container counts as one worker. */
  #limitForeign(group: string): boolean {
    const restore = keepQuota(this.#host.version, group)
    if (!restore) return false
    writeQuota(this.#host.version, group, this.#cpus)
    this.#foreign.set(group, restore)
    return true
  }
}

/** Why workers can be given no CPU quota here, or null; found out by making a group. */
export function quotaProblem(): string | null {
  const host = groupHost()
  if (!host) return NO_GROUPS
  const outer = join(host.folder, `rungs-trial-${process.pid}`)
  const inner = join(outer, '1')
  try {
    makeOuterGroup(host, basename(outer))
    mkdirSync(inner)
    writeQuota(host.version, inner, 0.5)
    return null
  } catch (error) {
    return whyNot(error)
  } finally {
    for (const folder of [inner, outer]) if (existsSync(folder)) rmdirSync(folder)
  }
}

/** The roots that live, and their descendants, without those that have children themselves: the processes that do the work. */
export function leavesOf(table: readonly ProcessEntry[], roots: readonly number[]): ProcessEntry[] {
  const meant = new Set(roots)
  for (let size = -1; size !== meant.size; ) {
    size = meant.size
    for (const { pid, ppid } of table) if (meant.has(ppid)) meant.add(pid)
  }
  const parents = new Set(table.map(({ ppid }) => ppid))
  return table.filter(({ pid }) => meant.has(pid) && !parents.has(pid))
}

const DENIED = new Set(['EACCES', 'EPERM', 'EROFS'])

function whyNot(error: unknown): string {
  const code = codeOf(error)
  const where = (error as NodeJS.ErrnoException).path ?? 'the control group'
  if (code === 'EBUSY')
    return `${where}: no limited groups beside processes (cgroup v2): run rungs in a group of its own, as by systemd-run --scope`
  if (!code || !DENIED.has(code)) return messageOf(error)
  return `${where} cannot be written (${code}): run rungs as root, or by systemd-run --user --scope where your user may limit CPU time`
}
