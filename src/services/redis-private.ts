import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../model/errors.js'
import type { RunningService, ServiceContext } from '../model/service.js'
import { freePort } from './free-port.js'
import { pinned } from './pinned.js'
import { redisProblem, withRedis } from './redis-keys.js'
import type { RedisProgram } from './redis-programs.js'
import { exitText, exitWithin, type LoggedProcess, lastLines, spawnLogged } from './spawn-logged.js'

const READY_MS = 30_000
const STOP_MS = 10_000
const POLL_MS = 20
/** How often a start is tried again when somebody else took the port first. */
const PORT_ATTEMPTS = 3
/** One a boot of a level. */
const DATABASES = 1_024

/** The file that the server was started with, in a folder `redis-…` of the lease. */
export const REDIS_CONFIG = 'redis.conf'

/**
 * A throw-away server that only this machine reaches. Every write goes to the append-only file before it is answered,
 * so that nothing acknowledged is lost when the server is killed; `appendfsync no` leaves it to the system when the disk
 * has it, which only a crash of the machine could tell.
 */
function serverSettings(port: number, folder: string): Record<string, string | number> {
  return {
    port,
    bind: '127.0.0.1',
    'protected-mode': 'yes',
    databases: DATABASES,
    dir: `"${folder}"`,
    appendonly: 'yes',
    appendfsync: 'no',
    save: '""',
    // A queue must not lose jobs to make room.
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  }
}

const DURABILITY_NOTE =
  'The private Redis does not wait for the disk (appendfsync no), so writes cost less than with a fsync each; set REDIS_URL to measure on a server of your own.'

/**
 * Starts a private Redis in the run's temporary folder.
 * @throws UserError when it does not come up, with its last log line; the signal's reason when aborted.
 */
export async function startRedis(program: RedisProgram, context: ServiceContext): Promise<RunningService> {
  const folder = mkdtempSync(join(context.lease.tempDir, 'redis-'))
  try {
    const { server, port } = await startServer(program, context, folder)
    return runningServer(program, server, port, folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function runningServer(
  { file, version }: RedisProgram,
  server: LoggedProcess,
  port: number,
  folder: string,
): RunningService {
  let number = 0
  return {
    name: 'redis',
    source: `installed (${file})`,
    version,
    pids: [server.pid],
    notes: [DURABILITY_NOTE],
    environment: async () => {
      if (number === DATABASES) throw new UserError(`more than ${DATABASES} boots in one run: measure less`)
      const url = `redis://127.0.0.1:${port}/${number}`
      number += 1
      return { REDIS_URL: url }
    },
    stop: async () => {
      await stopServer(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startServer(
  { file }: RedisProgram,
  context: ServiceContext,
  folder: string,
): Promise<{ server: LoggedProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    context.signal.throwIfAborted()
    const port = await freePort()
    const config = join(folder, REDIS_CONFIG)
    const lines = Object.entries(serverSettings(port, folder)).map(([name, value]) => `${name} ${value}\n`)
    writeFileSync(config, lines.join(''))
    const server = await spawnLogged({
      ...pinned({ command: file, args: [config] }, context.cpus),
      env: { PATH: context.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', ...context.lease.env },
      cwd: folder,
      logFile: join(context.logDir, 'redis.log'),
    })
    // It overwrites its environment with its title, so that only its pid tells whose it is.
    await context.lease.ownProcess(server.pid)
    try {
      await untilReady(server, `redis://127.0.0.1:${port}`, context.signal)
      return { server, port }
    } catch (error) {
      const taken = server.exit() !== null && lastLines(server.logFile, 20, server.logStart).some(isPortTaken)
      await stopServer(server)
      if (!taken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

function isPortTaken(line: string): boolean {
  return line.includes('Address already in use')
}

async function untilReady(server: LoggedProcess, url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    signal.throwIfAborted()
    const exit = server.exit()
    if (exit) {
      throw new UserError(
        `Redis ended with ${exitText(exit)} at its start: ${lastLine(server)} (log: ${server.logFile})`,
      )
    }
    try {
      await withRedis(url, (client) => client.ping())
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw new UserError(
          `Redis accepts no connection after ${READY_MS / 1_000} s (${redisProblem(error)}): ${lastLine(server)} (log: ${server.logFile})`,
        )
      }
    }
    await delay(POLL_MS)
  }
}

async function stopServer(server: LoggedProcess): Promise<void> {
  server.signal('SIGTERM')
  if (!(await exitWithin(server, STOP_MS))) {
    server.signalGroup('SIGKILL')
    await server.exited
  }
}

function lastLine(process: LoggedProcess): string {
  return lastLines(process.logFile, 1, process.logStart)[0] ?? 'it wrote nothing'
}
