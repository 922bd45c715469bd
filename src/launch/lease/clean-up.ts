import { lstatSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import {
  connectionProblem,
  dropDatabase,
  isOwnDatabase,
  placeOf,
} from '../../services/postgres/postgres-databases.js'
import { deleteKeys, isRedisUrl, redisProblem } from '../../services/redis/redis-keys.js'
import { codeOf } from '../../words/errors.js'
import { removeGroup } from '../machine/cgroup.js'
import { endProcesses } from './end-processes.js'
import { groupPrefix, type LeasedDatabase, type LeaseRecord, leaseMarker, tempDirName } from './lease-file.js'

/** What was done about the things of a lease, and what could not be; a sentence each. */
export interface CleanedUp {
  readonly done: {
    readonly processes: readonly string[]
    readonly databases: readonly string[]
    readonly folders: readonly string[]
    readonly groups: readonly string[]
  }
  readonly kept: readonly string[]
}

export type Leased = Pick<LeaseRecord, 'id' | 'tempDir' | 'processes' | 'databases' | 'groups'>

/** Ends, drops and removes all that a lease names, in this order: a process may use the database and the folder. */
export async function cleanUp(lease: Leased, graceMs: number): Promise<CleanedUp> {
  const { ended, remaining } = await endProcesses(
    { marker: leaseMarker(lease.id), roots: lease.processes },
    graceMs,
  )
  const databases: string[] = []
  const kept = remaining.map((one) => `${one} could not be ended`)
  for (const database of lease.databases) {
    const problem = await drop(lease.id, database)
    if (problem) kept.push(problem)
    else databases.push(`database ${database.name} dropped`)
  }
  const groups: string[] = []
  for (const group of lease.groups ?? []) {
    const { removed, problem } = await removeOwnGroup(lease.id, group)
    if (problem) kept.push(problem)
    if (removed) groups.push(`control group ${group} removed`)
  }
  const folder = removeTempDir(lease)
  if (folder.problem) kept.push(folder.problem)
  return {
    done: {
      processes: ended.map((one) => `${one} ended`),
      databases,
      groups,
      folders: folder.removed ? [`${lease.tempDir} removed`] : [],
    },
    kept,
  }
}

/** Null, or why the database is still there. */
async function drop(leaseId: string, { adminUrl, name }: LeasedDatabase): Promise<string | null> {
  // The file may have been edited: only a database that this lease can have made is dropped.
  if (!isOwnDatabase(name) || !name.startsWith(`rungs_${leaseId.replaceAll('-', '_')}_`)) {
    return `database ${name} is not of this run and was left alone`
  }
  if (isRedisUrl(adminUrl)) return await dropKeys(adminUrl, name)
  if (!URL.canParse(adminUrl)) return `database ${name} could not be dropped (its server is not noted)`
  try {
    await dropDatabase(adminUrl, name)
    return null
  } catch (error) {
    return `database ${name} on ${placeOf(adminUrl)} could not be dropped (${connectionProblem(error)})`
  }
}

async function dropKeys(url: string, prefix: string): Promise<string | null> {
  try {
    await deleteKeys(url, prefix)
    return null
  } catch (error) {
    return `the keys ${prefix}:* in ${placeOf(url)} could not be deleted (${redisProblem(error)})`
  }
}

async function removeOwnGroup(leaseId: string, group: string): ReturnType<typeof removeGroup> {
  // The file may have been edited: only a group that this lease can have made is removed.
  if (!basename(group).startsWith(groupPrefix(leaseId))) {
    return { removed: false, problem: `control group ${group} is not of this run and was left alone` }
  }
  return await removeGroup(group)
}

function removeTempDir({ id, tempDir }: Leased): { removed: boolean; problem: string | null } {
  const nothing = { removed: false, problem: null }
  // The file may have been edited: only a folder that this lease can have made is removed.
  if (basename(tempDir) !== tempDirName(id)) {
    return { removed: false, problem: `${tempDir} is not of this run and was left alone` }
  }
  const stats = lstatSync(tempDir, { throwIfNoEntry: false })
  if (!stats) return nothing
  if (!stats.isDirectory()) return { removed: false, problem: `${tempDir} is no folder and was left alone` }
  try {
    rmSync(tempDir, { recursive: true, force: true, maxRetries: 3 })
    return { removed: true, problem: null }
  } catch (error) {
    return { removed: false, problem: `${tempDir} could not be removed (${codeOf(error) ?? 'unknown'})` }
  }
}
