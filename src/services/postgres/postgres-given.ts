import type { Lease } from '../../model/plan/lease.js'
import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import { codeOf, messageOf, UserError } from '../../words/errors.js'
import {
  connectionProblem,
  createDatabase,
  databaseName,
  dropDatabase,
  placeOf,
  serverVersion,
  urlOf,
} from './postgres-databases.js'

const INSUFFICIENT_PRIVILEGE = '42501'

/** What is wrong with the value of `DATABASE_URL`, or null. Never repeats the value: it may hold a password. */
export function urlProblem(url: string): string | null {
  if (!URL.canParse(url))
    return 'DATABASE_URL is not a URL: it should read postgresql://user:password@host:5432/database'
  const { protocol } = new URL(url)
  if (/^postgres(ql)?(\+\w+)?:$/.test(protocol)) return null
  return `DATABASE_URL starts with ${protocol}//, not with postgresql://: rungs measures on Postgres only`
}

/**
 * Asks the server of `DATABASE_URL` for its version.
 * @throws UserError when it cannot be reached.
 */
export async function reachGiven(url: string): Promise<string> {
  const problem = urlProblem(url)
  if (problem) throw new UserError(problem)
  try {
    return await serverVersion(url)
  } catch (error) {
    throw new UserError(
      `DATABASE_URL: ${placeOf(url)} cannot be reached (${connectionProblem(error)}): start that server, correct the variable, or unset it for a private Postgres`,
    )
  }
}

/**
 * Uses the server of `DATABASE_URL`: a fresh database per call, dropped at the end, or the one that is named.
 * @throws UserError when it cannot be reached.
 */
export async function useGiven(url: string, context: ServiceContext): Promise<RunningService> {
  const version = await reachGiven(url)
  const created: string[] = []
  let number = 0
  return {
    name: 'postgres',
    source: 'DATABASE_URL',
    version,
    pids: [],
    notes:
      context.database === 'given'
        ? [`The database that DATABASE_URL names (${placeOf(url)}) is used as it is, and not cleaned.`]
        : [],
    environment: async (label) => {
      if (context.database === 'given') return { DATABASE_URL: url }
      number += 1
      const name = databaseName(context.lease.id, number, label)
      await context.lease.ownDatabase(url, name)
      created.push(name)
      await createOn(url, name)
      return { DATABASE_URL: urlOf(url, name) }
    },
    stop: async () => {
      for (const name of created.splice(0)) await dropNoted(url, name, context.lease)
    },
  }
}

async function dropNoted(url: string, name: string, lease: Lease): Promise<void> {
  try {
    await dropDatabase(url, name)
  } catch {
    // It stays noted, so the lease tries again when it is released, and says so when that fails too.
    return
  }
  await lease.disownDatabase(name)
}

async function createOn(url: string, name: string): Promise<void> {
  try {
    await createDatabase(url, name)
  } catch (error) {
    const fix =
      codeOf(error) === INSUFFICIENT_PRIVILEGE
        ? 'grant its user CREATEDB, or let rungs use the named database as it is with --database given'
        : 'see the server’s log, or unset DATABASE_URL for a private Postgres'
    throw new UserError(
      `DATABASE_URL: ${placeOf(url)} does not create a database for the run (${messageOf(error)}): ${fix}`,
    )
  }
}
