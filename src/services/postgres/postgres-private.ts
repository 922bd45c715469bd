import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import { UserError } from '../../words/errors.js'
import { pinned } from '../support/pinned.js'
import { type PrivateServer, startOnFreePort, stopServer } from '../support/private-server.js'
import { exitText, exitWithin, type LoggedProcess, lastWords, spawnLogged } from '../support/spawn-logged.js'
import { type Account, canEnter, serverAccount } from './postgres-account.js'
import {
  connectionProblem,
  createDatabase,
  databaseName,
  urlOf,
  withConnection,
} from './postgres-databases.js'
import { copyEmbedded, needsCopy } from './postgres-embedded.js'
import type { PostgresPrograms } from './postgres-programs.js'

const USER = 'rungs'
const INIT_MS = 60_000

/**
 * A throw-away server. `fsync` and `full_page_writes` are off: they protect data against a crash of the machine, and
 * would measure the disk under the temporary folder instead of the level. `synchronous_commit` stays on, so that a
 * commit takes the same path through the write-ahead log as in production, only without the wait for the disk.
 */
function serverSettings(port: number): Record<string, string | number> {
  return {
    port,
    listen_addresses: '127.0.0.1',
    // TCP only: the path of a socket may be 107 bytes long at most, which a temporary folder may exceed.
    unix_socket_directories: '',
    // Room for the default 2 × cores + 1 workers with ten connections each.
    max_connections: Math.max(200, 10 * (2 * availableParallelism() + 1)),
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'on',
    logging_collector: 'off',
  }
}

const DURABILITY_NOTE =
  'The private Postgres does not wait for the disk (fsync=off), so writes cost less than in production; set DATABASE_URL to measure on a server of your own.'

interface Setup {
  readonly context: ServiceContext
  readonly account: Account | null
  readonly bin: string
  /** Holds the data folder; belongs to the account. */
  readonly folder: string
  readonly password: string
}

/**
 * Creates and starts a private Postgres in the run's temporary folder.
 * @throws UserError when it does not come up, with its last log line; the signal's reason when aborted.
 */
export async function startPrivate(
  programs: PostgresPrograms,
  context: ServiceContext,
): Promise<RunningService> {
  const account = await serverAccount()
  const folder = serverFolder(context.lease.tempDir, account)
  try {
    const { bin, copied } = usableBin(programs, account, folder)
    const setup: Setup = { context, account, bin, folder, password: randomBytes(24).toString('hex') }
    await initialise(setup)
    const kind = privatePostgres(setup)
    const { server, port } = await startOnFreePort(kind, context.signal)
    const stop = async () => {
      await stopServer(kind, server)
      rmSync(folder, { recursive: true, force: true })
    }
    const url = adminUrl(setup, port)
    return runningServer(programs, { leaseId: context.lease.id, url, pid: server.pid, stop }, [
      ...(account
        ? [`Postgres runs as the account "${account.name}", since it refuses to run as root.`]
        : []),
      ...(copied ? [`Its programs were copied to ${bin}, since they could not be used where they lie.`] : []),
      DURABILITY_NOTE,
    ])
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

interface Started {
  readonly leaseId: string
  /** Of the administrator. */
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

function runningServer(
  { source, version }: PostgresPrograms,
  { leaseId, url, pid, stop }: Started,
  notes: readonly string[],
): RunningService {
  let number = 0
  return {
    name: 'postgres',
    source,
    version,
    pids: [pid],
    notes,
    environment: async (label) => {
      number += 1
      const name = databaseName(leaseId, number, label)
      await createDatabase(url, name)
      return { DATABASE_URL: urlOf(url, name) }
    },
    stop,
  }
}

function serverFolder(tempDir: string, account: Account | null): string {
  if (!canEnter(tempDir, account)) {
    throw new UserError(
      `the temporary folder ${tempDir} cannot be entered by the account "${account?.name}" that Postgres runs as: set TMPDIR to a folder that everyone may enter, such as /tmp`,
    )
  }
  const folder = mkdtempSync(join(tempDir, 'pg-'))
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** The programs where they lie, or a copy where the account could not run them from there. */
function usableBin(
  programs: PostgresPrograms,
  account: Account | null,
  folder: string,
): { bin: string; copied: boolean } {
  if (programs.source !== 'embedded') return { bin: programs.bin, copied: false }
  if (canEnter(programs.bin, account) && !needsCopy(programs.bin)) return { bin: programs.bin, copied: false }
  return { bin: copyEmbedded(programs.bin, join(folder, 'programs')), copied: true }
}

async function initialise(setup: Setup): Promise<void> {
  const { context, account, folder, bin } = setup
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, setup.password, { mode: 0o600 })
  if (account) chownSync(passwordFile, account.uid, account.gid)
  const args = ['-D', join(folder, 'data'), '-U', USER, `--pwfile=${passwordFile}`]
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync')
  const initdb = await spawnOwn(setup, 'postgres-initdb.log', { command: join(bin, 'initdb'), args })
  await untilEnded(initdb, context.signal)
  rmSync(passwordFile)
}

/** Waits for `initdb`; ends its whole group when that takes too long or is called off. */
async function untilEnded(initdb: LoggedProcess, signal: AbortSignal): Promise<void> {
  const abort = (): void => initdb.signalGroup('SIGKILL')
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    const exit = await exitWithin(initdb, INIT_MS)
    signal.throwIfAborted()
    if (exit?.code === 0) return
    if (!exit) abort()
    const how = exit ? `ended with ${exitText(exit)}` : `took more than ${INIT_MS / 1_000} s`
    throw new UserError(`Postgres: initdb ${how}: ${lastWords(initdb)} (log: ${initdb.logFile})`)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function privatePostgres(setup: Setup): PrivateServer {
  const { bin, folder, context } = setup
  return {
    name: 'Postgres',
    // A "fast" shutdown, which does not wait for clients.
    stopSignal: 'SIGINT',
    start: async (port) => {
      const settings = Object.entries(serverSettings(port)).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ])
      const invocation = { command: join(bin, 'postgres'), args: ['-D', join(folder, 'data'), ...settings] }
      const server = await spawnOwn(setup, 'postgres.log', pinned(invocation, context.cpus))
      await context.lease.ownProcess(server.pid, 'SIGINT')
      return server
    },
    connect: (port) => withConnection(adminUrl(setup, port), async () => {}),
    problemOf: connectionProblem,
    isPortTaken: (line) => line.includes('could not bind') || line.includes('Address already in use'),
  }
}

function adminUrl({ password }: Setup, port: number): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`
}

/** No variable of the user's reaches it: `PGDATA`, `PGPORT` and their like would change what it does. */
async function spawnOwn(
  { context, account, folder }: Setup,
  logName: string,
  invocation: { command: string; args: readonly string[] },
): Promise<LoggedProcess> {
  const PATH = context.env.PATH ?? '/usr/bin:/bin'
  return await spawnLogged({
    ...invocation,
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...context.lease.env },
    cwd: folder,
    logFile: join(context.logDir, logName),
    account,
  })
}
