import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceContext } from '../../model/plan/service.js'
import { messageOf, UserError } from '../../words/errors.js'
import { buildAppImage } from './app-image.js'
import { type ContainerEngine, callEngine } from './engine.js'
import { IMAGE_ROLES, type ImageRole, makeLocalImage, OFFICIAL_IMAGES } from './local-images.js'

const PULL_MS = 300_000
const DOCKERFILE = 'levels/4-fronted/Dockerfile'

export interface Images {
  /** `APP_IMAGE`, `NGINX_IMAGE`, `REDIS_IMAGE`, `POSTGRES_IMAGE`: what the compose file asks for. */
  readonly variables: Readonly<Record<string, string>>
  /** What their user should be told of them. */
  readonly notes: readonly string[]
}

/**
 * The images that a level of containers runs on: those that variables name, else the official ones, else, where no registry
 * answers, images of this machine's own programs. The service's own is built from what lies here. What is made
 * carries the label `rungs.run` with the lease's id.
 * @throws UserError when one can be had in none of these ways.
 */
export async function getImages(engine: ContainerEngine, context: ServiceContext): Promise<Images> {
  const { env, lease, signal } = context
  const run = lease.id
  const local: ImageRole[] = []
  const names = {} as Record<ImageRole, string>
  let problem: string | null = null
  for (const role of IMAGE_ROLES) {
    const given = env[`${role.toUpperCase()}_IMAGE`]
    const official = OFFICIAL_IMAGES[role]
    if (given) names[role] = given
    else if (await isHere(engine, official)) names[role] = official
    else {
      problem ??= await pull(engine, official, signal)
      if (problem === null) {
        names[role] = official
        continue
      }
      names[role] = `rungs-local-${role}:${run}`
      local.push(role)
    }
  }
  const around = { tempDir: lease.tempDir, labels: { 'rungs.run': run }, env, signal }
  await Promise.all(local.map((role) => makeLocalImage(engine, { ...around, role, tag: names[role] })))
  const tag = `rungs-app:${run}`
  const base = names.node
  await buildAppImage(engine, {
    tag,
    base,
    packageDir: packageDir(),
    dockerfile: DOCKERFILE,
    run,
    tempDir: lease.tempDir,
    signal,
  })
  return {
    variables: {
      APP_IMAGE: tag,
      NGINX_IMAGE: names.nginx,
      REDIS_IMAGE: names.redis,
      POSTGRES_IMAGE: names.postgres,
    },
    notes:
      local.length > 0
        ? [
            `No registry answers (${problem}), so images of this machine's own programs are used: ${local.join(', ')}.`,
          ]
        : [],
  }
}

async function isHere(engine: ContainerEngine, image: string): Promise<boolean> {
  return (await callEngine(engine, ['image', 'ls', '-q', image])).trim() !== ''
}

/** Null, or why the image cannot be fetched. */
async function pull(engine: ContainerEngine, image: string, signal: AbortSignal): Promise<string | null> {
  try {
    await callEngine(engine, ['pull', '-q', image], { signal, timeoutMs: PULL_MS })
    return null
  } catch (error) {
    signal.throwIfAborted()
    return messageOf(error)
  }
}

/** The folder of rungs' own package. */
function packageDir(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir
  }
  throw new UserError('rungs was moved out of its package: install it again')
}
