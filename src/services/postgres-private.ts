import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../model/errors.js'
import type { RunningService, ServiceContext } from '../model/service.js'
import { freePort } from './free-port.js'
import { pinned } from './pinned.js'
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
import { exitText, exitWithin, type LoggedProcess, lastLines, spawnLogged } from './spawn-logged.js'

const USER = 'rungs'
const INIT_MS = 60_000
const READY_MS = 30_000
const STOP_MS = 10_000
const POLL_MS = 20
/** How often a start is tried again when somebody else took the port first. */
const PORT_ATTEMPTS = 3

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
    const { server, url } = await startServer(setup)
    return runningServer(programs, setup, server, url, [
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

function runningServer(
  { source, version }: PostgresPrograms,
  setup: Setup,
  server: LoggedProcess,
  url: string,
  notes: readonly string[],
): RunningService {
  let number = 0
  return {
    name: 'postgres',
    source,
    version,
    pids: [server.pid],
    notes,
    environment: async (label) => {
      number += 1
      const name = databaseName(setup.context.lease.id, number, label)
      await createDatabase(url, name)
      return { DATABASE_URL: urlOf(url, name) }
    },
    stop: async () => {
      await stopServer(server)
      rmSync(setup.folder, { recursive: true, force: true })
    },
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
    throw new UserError(`Postgres: initdb ${how}: ${lastLine(initdb)} (log: ${initdb.logFile})`)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function startServer(setup: Setup): Promise<{ server: LoggedProcess; url: string }> {
  const { bin, folder, password, context } = setup
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const settings = Object.entries(serverSettings(port)).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const invocation = { command: join(bin, 'postgres'), args: ['-D', join(folder, 'data'), ...settings] }
    const server = await spawnOwn(setup, 'postgres.log', pinned(invocation, context.cpus))
    await context.lease.ownProcess(server.pid, 'SIGINT')
    const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`
    try {
      await untilReady(server, url, context.signal)
      return { server, url }
    } catch (error) {
      const taken = server.exit() !== null && lastLines(server.logFile, 20, server.logStart).some(isPortTaken)
      await stopServer(server)
      if (!taken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

function isPortTaken(line: string): boolean {
  return line.includes('could not bind') || line.includes('Address already in use')
}

/** Polls with real connections: the server listens before it accepts them. */
async function untilReady(server: LoggedProcess, url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    signal.throwIfAborted()
    const exit = server.exit()
    if (exit) {
      throw new UserError(
        `Postgres ended with ${exitText(exit)} at its start: ${lastLine(server)} (log: ${server.logFile})`,
      )
    }
    try {
      await withConnection(url, async () => {})
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw new UserError(
          `Postgres accepts no connection after ${READY_MS / 1_000} s (${connectionProblem(error)}): ${lastLine(server)} (log: ${server.logFile})`,
        )
      }
    }
    await delay(POLL_MS)
  }
}

/** A "fast" shutdown, which does not wait for clients, and a kill when it takes too long. */
async function stopServer(server: LoggedProcess): Promise<void> {
  server.signal('SIGINT')
  if (!(await exitWithin(server, STOP_MS))) {
    server.signalGroup('SIGKILL')
    await server.exited
  }
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

function lastLine(process: LoggedProcess): string {
  return lastLines(process.logFile, 1, process.logStart)[0] ?? 'it wrote nothing'
}
