import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { codeOf } from '../../words/errors.js'
import { cleanUp, type Leased } from './clean-up.js'
import type { LeaseOptions } from './lease.js'
import {
  type LeaseRecord,
  leaseFolders,
  ownerPidOf,
  type PidSpace,
  pidSpace,
  readLease,
  removeLease,
  tempDirName,
} from './lease-file.js'
import { isAlive, ownProcess, type ProcessRef, readProcess } from './processes.js'

/** What is left to a process of a run that has crashed: nobody waits for what it is doing. */
const GRACE_MS = 3_000
/** A claim or a draft older than this was left by a crash. */
const STALE_MS = 60_000
const LEFT_BY_CRASH = /\.json(\.claim|\.\d+\.tmp)$/

/** One thing that a sweep has found. */
export interface SweepFinding {
  /** Id of the lease. */
  readonly lease: string
  /** `removed`: all of it is gone. `kept`: something is left, and the text says what to do. */
  readonly state: 'removed' | 'kept'
  /** For people, on one line. */
  readonly text: string
}

/**
 * Cleans up after runs of rungs that ended without doing so themselves: their processes, databases and folders.
 * Runs that live are left alone, and so are those that another sweep is cleaning up. Called at the start of every
 * command; costs one folder listing when there is nothing to do.
 */
export async function sweepLeases(options: LeaseOptions): Promise<SweepFinding[]> {
  const folders = options.stateDir ? [join(options.stateDir, 'leases')] : leaseFolders(options.env)
  const findings: SweepFinding[] = []
  for (const folder of folders) {
    for (const name of list(folder)) {
      const file = join(folder, name)
      if (name.endsWith('.json')) {
        const finding = await sweepFile(file)
        if (finding) findings.push(finding)
      } else if (LEFT_BY_CRASH.test(name) && isStale(file)) {
        rmSync(file, { force: true })
      }
    }
  }
  return findings
}

async function sweepFile(file: string): Promise<SweepFinding | null> {
  const id = basename(file, '.json')
  const ownerPid = ownerPidOf(id)
  if (ownerPid === null) {
    return { lease: id, state: 'kept', text: `${file} is not a lease of rungs and was left alone` }
  }
  if (!claim(file)) return null
  try {
    const record = readLease(file, id)
    return record ? await sweepRecord(file, record) : await sweepDamaged(file, id, ownerPid)
  } catch (error) {
    // The run ended properly while we were looking.
    if (codeOf(error) === 'ENOENT') return null
    throw error
  } finally {
    rmSync(claimFile(file), { force: true })
  }
}

async function sweepRecord(file: string, record: LeaseRecord): Promise<SweepFinding | null> {
  const owner = ownerState(record, pidSpace())
  if (owner === 'alive') return null
  if (owner === 'elsewhere') {
    return {
      lease: record.id,
      state: 'kept',
      text: `${file} belongs to a run in another machine or container (${record.space.host}): remove the file if that is gone`,
    }
  }
  // Pids noted before a reboot may be anybody's by now.
  const processes = record.space.boot === pidSpace().boot ? record.processes : []
  return await finish(
    file,
    { ...record, processes },
    `a run that began ${record.createdAt} ended without cleaning up`,
  )
}

/** A damaged file names nothing for certain; marker and folder follow from its name, which nobody can guess. */
async function sweepDamaged(file: string, id: string, ownerPid: number): Promise<SweepFinding | null> {
  if (readProcess(ownerPid)) {
    return {
      lease: id,
      state: 'kept',
      text: `${file} is damaged and its run may still be alive (pid ${ownerPid}): remove the file when it is not`,
    }
  }
  const lease = { id, tempDir: join(tmpdir(), tempDirName(id)), processes: [], databases: [] }
  const what = `${file} is damaged; databases named rungs_${id.replace('-', '_')}_… on your own server, if any, are yours to drop`
  return await finish(file, lease, what)
}

async function finish(file: string, lease: Leased, what: string): Promise<SweepFinding> {
  const { done, kept } = await cleanUp(lease, GRACE_MS)
  const all = [...done.processes, ...done.databases, ...done.groups, ...done.folders]
  if (kept.length === 0) {
    rmSync(claimFile(file), { force: true })
    removeLease(file)
  }
  const text = [what, ...all, ...kept].join('; ')
  return {
    lease: lease.id,
    state: kept.length === 0 ? 'removed' : 'kept',
    text: kept.length === 0 ? text : `${text}; the next call tries again (lease: ${file})`,
  }
}

/** Whether the run of a lease is over, as far as can be told from here. */
export function ownerState(
  { owner, space }: Pick<LeaseRecord, 'owner' | 'space'>,
  here: PidSpace,
  alive: (owner: ProcessRef) => boolean = isAlive,
): 'alive' | 'dead' | 'elsewhere' {
  if (space.host !== here.host) return 'elsewhere'
  // After a reboot no process of before lives, and start times count from anew.
  if (space.boot !== here.boot) return 'dead'
  if (space.namespace !== here.namespace) return 'elsewhere'
  return alive(owner) ? 'alive' : 'dead'
}

/**
 * Claims a lease for this sweep, so that two do not report the same. Should two get through all the same, no harm is
 * done: every step of a clean-up may be done twice.
 */
function claim(file: string): boolean {
  try {
    writeFileSync(claimFile(file), JSON.stringify(ownProcess()), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    const code = codeOf(error)
    // The folder is gone, or cannot be written any more: then nothing in it can be cleaned up from here.
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS') return false
    if (code !== 'EEXIST') throw error
  }
  if (claimantLives(claimFile(file))) return false
  rmSync(claimFile(file), { force: true })
  return claim(file)
}

function claimFile(file: string): string {
  return `${file}.claim`
}

function claimantLives(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, 'utf8')) as ProcessRef)
  } catch {
    // Being written at this moment, or gone: whoever did that is alive. An old one was left by a crash.
    return !isStale(file)
  }
}

function isStale(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    // No run has ever noted anything here, or the folder is another account's.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}
