import { randomBytes } from 'node:crypto'
import type {
  Availability,
  RunningService,
  ServiceContext,
  ServiceProvider,
} from '../../model/plan/service.js'
import { UserError } from '../../words/errors.js'
import { installCommand } from '../support/installed-programs.js'
import { findOnPath } from '../support/pinned.js'
import { removeImages } from './app-image.js'
import { type ComposeCommand, findCompose } from './compose-command.js'
import { findDaemon, type PrivateEngine, startDaemon } from './daemon.js'
import { type ContainerEngine, findEngine } from './engine.js'
import { getImages } from './images.js'
import { removeOrphans } from './orphans.js'

const MISSING = 'no container engine answers here'
const SECRET_BYTES = 18

/** The packages of each system. */
const INSTALL = {
  'apt-get': 'apt-get install -y --no-install-recommends docker.io docker-compose',
  dnf: 'dnf install -y podman podman-compose',
  apk: 'apk add docker docker-cli-compose',
  pacman: 'pacman -S --noconfirm docker docker-compose',
}

/**
 * A container engine with Compose: the one that runs, or a private Docker daemon where it is installed and rungs is root.
 * A level gets the commands, the images, and a project of its own: `ENGINE`, `COMPOSE` (words, separated by spaces),
 * `APP_IMAGE` and the like, `COMPOSE_PROJECT_NAME`, `RUN`, `POSTGRES_PASSWORD`.
 */
export const containers: ServiceProvider = {
  name: 'containers',
  check: async (env): Promise<Availability> => {
    const engine = await findEngine(env)
    if (engine) {
      const compose = await findCompose(engine, env)
      if (!compose) return missing('Compose is not installed here', env)
      return { available: true, source: sourceOf(engine, compose), version: engine.version }
    }
    const daemon = findDaemon(env)
    if (!daemon) return missing(MISSING, env)
    if (!findOnPath('docker-compose', env.PATH ?? '')) return missing('Compose is not installed here', env)
    return { available: true, source: `${daemon}, started for the run`, version: 'installed' }
  },
  start: async (context: ServiceContext): Promise<RunningService> => {
    const found = await findEngine(context.env)
    const daemon = findDaemon(context.env)
    if (!found && !daemon)
      throw new UserError(`${MISSING}: ${installCommand(INSTALL, context.env) ?? 'start one'}`)
    const own = found ? null : await startDaemon(daemon as string, context)
    try {
      return await runningEngine(found ?? (own as PrivateEngine).engine, own, context)
    } catch (error) {
      await own?.stop()
      throw error
    }
  },
}

async function runningEngine(
  engine: ContainerEngine,
  own: PrivateEngine | null,
  context: ServiceContext,
): Promise<RunningService> {
  const compose = await findCompose(engine, context.env)
  if (!compose) throw new UserError('Compose is not installed here: install docker-compose')
  await removeOrphans(engine)
  const run = context.lease.id
  const stop = async (): Promise<void> => {
    await removeImages(engine, run)
    await own?.stop()
  }
  try {
    const images = await getImages(engine, context)
    let number = 0
    return {
      name: 'containers',
      source: sourceOf(engine, compose) + (own ? ', started for the run' : ''),
      version: engine.version,
      // What passes bytes to a published port is a child of the daemon; the containers are not: their level names them.
      pids: own ? [own.pid] : [],
      notes: images.notes,
      environment: async (label) => {
        number += 1
        return {
          ...daemonOf(engine),
          ...images.variables,
          ENGINE: engine.file,
          COMPOSE: compose.words.join(' '),
          COMPOSE_PROJECT_NAME: `rungs-${run}-${number}-${label}`.toLowerCase().replace(/[^a-z0-9_-]/g, '-'),
          RUN: run,
          POSTGRES_PASSWORD: randomBytes(SECRET_BYTES).toString('hex'),
        }
      },
      stop,
    }
  } catch (error) {
    await removeImages(engine, run)
    throw error
  }
}

/** How a level reaches the same daemon. */
function daemonOf({ env }: ContainerEngine): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(DOCKER|CONTAINER)_/.test(name)))
}

function sourceOf(engine: ContainerEngine, compose: ComposeCommand): string {
  return `${engine.file}, Compose ${compose.version}`
}

function missing(reason: string, env: NodeJS.ProcessEnv): Availability {
  return { available: false, reason, fix: installCommand(INSTALL, env), mistake: false }
}
