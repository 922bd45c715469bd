import type { Client } from 'pg'
import { codeOf, messageOf } from '../../words/errors.js'

/** Names that rungs gives to databases. Nothing else is ever dropped. */
const OWN_NAME = /^rungs_[a-z0-9_]{1,57}$/

/** How long a server may take to accept a connection. */
const CONNECT_MS = 5_000

/** A name for a database of this run: the lease and a number make it unique, the label tells people what it was for. */
export function databaseName(leaseId: string, number: number, label: string): string {
  const plain = `rungs_${leaseId}_${number}_${label}`.toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return plain.slice(0, 63).replace(/_+$/, '')
}

export function isOwnDatabase(name: string): boolean {
  return OWN_NAME.test(name)
}

/** The same server, another database. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

/** Where a URL leads, for people: no password, no parameters. */
export function placeOf(url: string): string {
  const { protocol, username, host, pathname, searchParams } = new URL(url)
  return `${protocol}//${username ? `${username}@` : ''}${host || (searchParams.get('host') ?? '')}${pathname}`
}

/**
 * Runs `work` on a connection of its own and closes it.
 * @throws Error of the connection or of the server.
 */
export async function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  // A connection that breaks is told by the query under way; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}

export async function serverVersion(url: string): Promise<string> {
  return await withConnection(url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return rows[0]?.server_version.split(' ', 1)[0] ?? 'unknown'
  })
}

/** Creates an empty database. `template0` is never in use by somebody else, as `template1` may be. */
export async function createDatabase(serverUrl: string, name: string): Promise<void> {
  assertOwn(name)
  await withConnection(serverUrl, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`))
}

/** Drops a database of ours, connections to it included; nothing happens when it does not exist. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  assertOwn(name)
  await withConnection(serverUrl, async (client) => {
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [name],
    )
    await client.query(`DROP DATABASE IF EXISTS "${name}"`)
  })
}

/** What went wrong with a connection, in words. */
export function connectionProblem(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  switch (codeOf(first)) {
    case 'ECONNREFUSED':
      return 'nobody listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no host of that name'
    case 'ENOENT':
      return 'no such socket'
    case 'ECONNRESET':
      return 'the connection was closed'
    case '28P01':
    case '28000':
      return 'user or password refused'
    case '3D000':
      return 'no database of that name'
    case '53300':
      return 'too many connections'
    default:
      return messageOf(first)
  }
}

function assertOwn(name: string): void {
  if (!isOwnDatabase(name)) throw new Error(`"${name}" is not a database of rungs`)
}
