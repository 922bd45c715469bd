import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceContext } from '../../model/plan/service.js'
import { messageOf } from '../../words/errors.js'
import { findOnPath } from '../support/pinned.js'
import { endServer, untilAnswers } from '../support/server-start.js'
import { spawnLogged } from '../support/spawn-logged.js'
import { type ContainerEngine, findEngine } from './engine.js'

const READY_MS = 60_000
const STOP_MS = 20_000
const POLL_MS = 200

/** A container engine that rungs started for itself. */
export interface PrivateEngine {
  readonly engine: ContainerEngine
  readonly pid: number
  stop(): Promise<void>
}

/** The file of Docker's daemon where it is installed and this account may start it: root on Linux. */
export function findDaemon(env: NodeJS.ProcessEnv): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  if (!findOnPath('docker', env.PATH ?? '')) return null
  return findOnPath('dockerd', [env.PATH ?? '', '/usr/sbin', '/usr/local/sbin'].join(':'))
}

/**
 * Starts a Docker daemon with everything of its in the run's temporary folder.
 * @throws UserError when it does not come up, with its last log line.
 */
export async function startDaemon(file: string, context: ServiceContext): Promise<PrivateEngine> {
  const folder = join(context.lease.tempDir, 'docker')
  mkdirSync(folder, { mode: 0o700 })
  const host = `unix://${join(folder, 'docker.sock')}`
  const at = (name: string): string => join(folder, name)
  const daemon = await spawnLogged({
    command: file,
    args: [
      ...['--host', host, '--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
      // Each level's network is one of its own; there is no other.
      ...['--bridge', 'none', '--group', 'root'],
    ],
    env: { PATH: `${context.env.PATH ?? ''}:/usr/sbin:/sbin`, HOME: folder, ...context.lease.env },
    cwd: folder,
    logFile: join(context.logDir, 'dockerd.log'),
  })
  await context.lease.ownProcess(daemon.pid)
  const stop = (): Promise<void> => endServer(daemon, 'SIGTERM', STOP_MS)
  const connect = () => reach({ ...context.env, DOCKER_HOST: host })
  try {
    const engine = await untilAnswers(
      { name: 'dockerd', server: daemon, connect, problemOf: messageOf, withinMs: READY_MS, pollMs: POLL_MS },
      context.signal,
    )
    return { engine, pid: daemon.pid, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function reach(env: NodeJS.ProcessEnv): Promise<ContainerEngine> {
  const engine = await findEngine(env)
  if (!engine) throw new Error(`nothing at ${env.DOCKER_HOST}`)
  return engine
}
