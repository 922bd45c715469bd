import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import { UserError } from '../../words/errors.js'
import type { InstalledProgram } from '../support/installed-programs.js'
import { pinned } from '../support/pinned.js'
import { type PrivateServer, startOnFreePort, stopServer } from '../support/private-server.js'
import { type LoggedProcess, spawnLogged } from '../support/spawn-logged.js'
import { redisProblem, withRedis } from './redis-keys.js'

/** Two a boot of a level: what waits, and what became of it. */
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
export async function startRedis(
  program: InstalledProgram,
  context: ServiceContext,
): Promise<RunningService> {
  const folder = mkdtempSync(join(context.lease.tempDir, 'redis-'))
  try {
    const kind = privateRedis(program, context, folder)
    const { server, port } = await startOnFreePort(kind, context.signal)
    return runningServer(program, urlOf(port), server, async () => {
      await stopServer(kind, server)
      rmSync(folder, { recursive: true, force: true })
    })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function runningServer(
  { file, version }: InstalledProgram,
  serverUrl: string,
  { pid }: LoggedProcess,
  stop: () => Promise<void>,
): RunningService {
  let number = 0
  return {
    name: 'redis',
    source: `installed (${file})`,
    version,
    pids: [pid],
    notes: [DURABILITY_NOTE],
    environment: async () => {
      if (number === DATABASES)
        throw new UserError(`more than ${DATABASES / 2} boots in one run: measure less`)
      const [broker, results] = [`${serverUrl}/${number}`, `${serverUrl}/${number + 1}`]
      number += 2
      return { REDIS_URL: broker, TASK_BROKER_URL: broker, TASK_RESULT_BACKEND: results }
    },
    stop,
  }
}

function privateRedis({ file }: InstalledProgram, context: ServiceContext, folder: string): PrivateServer {
  return {
    name: 'Redis',
    stopSignal: 'SIGTERM',
    start: async (port) => {
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
      return server
    },
    connect: async (port) => {
      await withRedis(urlOf(port), (client) => client.ping())
    },
    problemOf: redisProblem,
    isPortTaken: (line) => line.includes('Address already in use'),
  }
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`
}
