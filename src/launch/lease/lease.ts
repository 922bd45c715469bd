import { chmodSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lease } from '../../model/plan/lease.js'
import { codeOf, UserError } from '../../words/errors.js'
import { cleanUp } from './clean-up.js'
import {
  type LeaseRecord,
  leaseFolders,
  makePrivateFolder,
  newLeaseId,
  pidSpace,
  removeLease,
  tempDirName,
  writeLease,
} from './lease-file.js'
import { ownProcess, readProcess } from './processes.js'

/** What is left to a process that was asked to stop when its lease is released. */
const GRACE_MS = 2_000

export interface OpenLease extends Lease {
  /**
   * Ends what still runs, drops what is still noted, removes the folder and the lease. Gives a sentence for
   * everything that should have been gone already, and keeps the lease when something could not be removed.
   * Idempotent.
   */
  release(): Promise<readonly string[]>
}

export interface LeaseOptions {
  readonly env: NodeJS.ProcessEnv
  /** Where leases lie, instead of the folders of `env`. */
  readonly stateDir?: string
}

/**
 * Opens a lease: writes it down first, then makes the temporary folder that it names.
 * @throws UserError when neither can be written.
 */
export async function openLease(options: LeaseOptions): Promise<OpenLease> {
  const id = newLeaseId(process.pid)
  const file = join(stateFolder(options), `${id}.json`)
  let record: LeaseRecord = {
    version: 1,
    id,
    createdAt: new Date().toISOString(),
    owner: ownProcess(),
    space: pidSpace(),
    tempDir: join(tmpdir(), tempDirName(id)),
    processes: [],
    databases: [],
    groups: [],
  }
  const note = (change: Partial<LeaseRecord>): void => {
    record = { ...record, ...change }
    writeLease(file, record)
  }
  note({})
  makeTempDir(record.tempDir, file)
  let released: Promise<readonly string[]> | null = null
  const release = async (): Promise<readonly string[]> => {
    const { kept, done } = await cleanUp(record, GRACE_MS)
    if (kept.length === 0) removeLease(file)
    return [...done.processes, ...done.databases, ...done.groups, ...kept]
  }
  return {
    id,
    tempDir: record.tempDir,
    env: { RUNGS_LEASE: id },
    ownProcess: async (pid, stopSignal = 'SIGTERM') => {
      const start = readProcess(pid)?.start
      // One that has ended already needs no ending.
      if (start) note({ processes: [...record.processes.filter(isOther(pid)), { pid, start, stopSignal }] })
    },
    ownDatabase: async (adminUrl, name) => note({ databases: [...record.databases, { adminUrl, name }] }),
    disownDatabase: async (name) =>
      note({ databases: record.databases.filter((database) => database.name !== name) }),
    ownGroup: async (folder) => note({ groups: [...(record.groups ?? []), folder] }),
    release: () => {
      released ??= release()
      return released
    },
  }
}

function isOther(pid: number): (one: { pid: number }) => boolean {
  return (one) => one.pid !== pid
}

function stateFolder({ env, stateDir }: LeaseOptions): string {
  const folders = stateDir ? [join(stateDir, 'leases')] : leaseFolders(env)
  const folder = folders.find(makePrivateFolder)
  if (folder) return folder
  throw new UserError(
    `${folders.join(' and ')}: cannot be written, and rungs notes there what it must clean up: set RUNGS_STATE_DIR to a folder of yours`,
  )
}

/** Others may pass through (a Postgres that runs as another account must), but not look around. */
function makeTempDir(tempDir: string, leaseFile: string): void {
  try {
    mkdirSync(tempDir, { mode: 0o711 })
    chmodSync(tempDir, 0o711)
  } catch (error) {
    removeLease(leaseFile)
    throw new UserError(
      `${tmpdir()}: no temporary folder can be made there (${codeOf(error) ?? 'unknown'}): set TMPDIR to a folder that can be written`,
    )
  }
}
