import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { codeOf } from '../../words/errors.js'
import type { ProcessRef } from './processes.js'

/** A root process of a run, and the signal that asks it to stop. */
export interface LeasedProcess extends ProcessRef {
  readonly stopSignal: NodeJS.Signals
}

export interface LeasedDatabase {
  /** How the server is reached: may hold a password, which is why the file is for its owner's eyes only. */
  readonly adminUrl: string
  readonly name: string
}

/** Where processes are counted: pids of another machine, container or boot say nothing here. */
export interface PidSpace {
  readonly host: string
  readonly boot: string | null
  readonly namespace: string | null
}

/** The content of a lease file. */
export interface LeaseRecord {
  readonly version: 1
  readonly id: string
  readonly createdAt: string
  readonly owner: ProcessRef
  readonly space: PidSpace
  readonly tempDir: string
  readonly processes: readonly LeasedProcess[]
  readonly databases: readonly LeasedDatabase[]
  /** Folders of control groups; absent in leases of older versions. */
  readonly groups?: readonly string[]
}

const ID = /^([0-9a-z]+)-([0-9a-f]{10})$/

/** An id that nobody can guess; its owner's pid is in it, so that a damaged file still tells whose it was. */
export function newLeaseId(pid: number): string {
  return `${pid.toString(36)}-${randomBytes(5).toString('hex')}`
}

/** The owner's pid of a lease id, or null when it is none. */
export function ownerPidOf(id: string): number | null {
  const pid = ID.exec(id)?.[1]
  return pid ? Number.parseInt(pid, 36) : null
}

/** The variable that every process of the run carries. */
export function leaseMarker(id: string): string {
  return `RUNGS_LEASE=${id}`
}

/** Names of a run's control groups begin with this: no other group is ever removed. */
export function groupPrefix(id: string): string {
  return `rungs-${id}.`
}

/** The run's temporary folder has its id as its name: nothing else is ever removed. */
export function tempDirName(id: string): string {
  return `rungs-${id}`
}

/**
 * Folders where leases may lie, the preferred one first: `RUNGS_STATE_DIR`, or `rungs` in `XDG_STATE_HOME`
 * (`~/.local/state`), and a folder of one's own in the temporary folder where the home cannot be written.
 */
export function leaseFolders(env: NodeJS.ProcessEnv): string[] {
  if (env.RUNGS_STATE_DIR) return [join(env.RUNGS_STATE_DIR, 'leases')]
  const xdg = env.XDG_STATE_HOME
  const state = xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.local', 'state')
  return [join(state, 'rungs', 'leases'), join(spareStateFolder(), 'leases')]
}

function spareStateFolder(): string {
  return join(tmpdir(), `rungs-state-${process.getuid?.() ?? 'user'}`)
}

/** Makes the folder, for its owner alone; false where it cannot be written, or belongs to somebody else. */
export function makePrivateFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { uid } = lstatSync(folder)
    if (process.getuid && uid !== process.getuid()) return false
    chmodSync(folder, 0o700)
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    // Not writable, or a file in its place: the caller tries the next folder.
    return false
  }
}

/** Replaces the file in one step, readable by its owner only. */
export function writeLease(file: string, record: LeaseRecord): void {
  const draft = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** Removes a lease, and the spare state folder with it when it was the last one there. */
export function removeLease(file: string): void {
  rmSync(file, { force: true })
  const folder = dirname(file)
  if (dirname(folder) !== spareStateFolder()) return
  try {
    rmdirSync(folder)
    rmdirSync(spareStateFolder())
  } catch (error) {
    // Another run has its lease there, or has just removed the folder.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'ENOENT') throw error
  }
}

/** What a lease file says, or null when it is damaged: truncated, not ours, or of another shape. */
export function parseLease(id: string, text: string): LeaseRecord | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Damaged, which the caller tells.
    return null
  }
  return isRecord(value) && value.id === id ? value : null
}

export function readLease(file: string, id: string): LeaseRecord | null {
  return parseLease(id, readFileSync(file, 'utf8'))
}

export function pidSpace(): PidSpace {
  return {
    host: hostname(),
    boot: readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: readOrNull(() => readlinkSync('/proc/self/ns/pid')),
  }
}

function readOrNull(read: () => string): string | null {
  try {
    return read()
  } catch {
    // Other systems than Linux have no such file.
    return null
  }
}

function isRecord(value: unknown): value is LeaseRecord {
  const record = value as LeaseRecord
  return (
    isObject(record) &&
    record.version === 1 &&
    typeof record.id === 'string' &&
    typeof record.tempDir === 'string' &&
    typeof record.createdAt === 'string' &&
    isProcess(record.owner) &&
    isObject(record.space) &&
    Array.isArray(record.processes) &&
    record.processes.every(isProcess) &&
    Array.isArray(record.databases) &&
    record.databases.every(isDatabase) &&
    (record.groups === undefined || isTexts(record.groups))
  )
}

function isProcess(value: unknown): boolean {
  const process = value as ProcessRef
  return isObject(process) && Number.isInteger(process.pid) && typeof process.start === 'string'
}

function isDatabase(value: unknown): boolean {
  const database = value as LeasedDatabase
  return isObject(database) && typeof database.adminUrl === 'string' && typeof database.name === 'string'
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
