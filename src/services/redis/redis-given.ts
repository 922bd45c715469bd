import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import { UserError } from '../../words/errors.js'
import { databaseName, placeOf } from '../postgres/postgres-databases.js'
import { deleteKeys, isRedisUrl, redisProblem, redisVersion } from './redis-keys.js'

/** The variables by which one names a server, and those that may name others for the parts of a queue. */
const NAMES = ['REDIS_URL', 'TASK_BROKER_URL', 'TASK_RESULT_BACKEND'] as const
type Urls = Readonly<Record<(typeof NAMES)[number], string>>

/**
 * Asks the server of `REDIS_URL` for its version, and those of `TASK_BROKER_URL` and `TASK_RESULT_BACKEND` where they are
 * set. The values are never repeated: they may hold a password.
 * @throws UserError when one cannot be reached.
 */
export async function reachRedis(env: NodeJS.ProcessEnv): Promise<string> {
  const versions: string[] = []
  for (const name of NAMES) if (env[name]) versions.push(await reach(name, env[name]))
  return versions[0] ?? ''
}

async function reach(name: string, url: string): Promise<string> {
  if (!isRedisUrl(url)) {
    throw new UserError(
      `${name} is not a Redis URL: it should read redis://user:password@host:6379/0 (rediss:// with TLS)`,
    )
  }
  try {
    return await redisVersion(url)
  } catch (error) {
    throw new UserError(
      `${name}: ${placeOf(url)} cannot be reached (${redisProblem(error)}): start that server, correct the variable, or unset it${name === 'REDIS_URL' ? ' for a private Redis' : ''}`,
    )
  }
}

/**
 * Uses the server of `REDIS_URL`: keys under a prefix of their own per call, deleted at the end. With `--database given`
 * without a prefix, and nothing is deleted. What waits and what became of it lie where `TASK_BROKER_URL` and
 * `TASK_RESULT_BACKEND` say, under the same prefix.
 * @throws UserError when one cannot be reached.
 */
export async function useRedis(url: string, context: ServiceContext): Promise<RunningService> {
  const version = await reachRedis(context.env)
  const urls = urlsOf(url, context.env)
  const places = [...new Set(Object.values(urls))]
  const created: string[] = []
  let number = 0
  return {
    name: 'redis',
    source: 'REDIS_URL',
    version,
    pids: [],
    notes:
      context.database === 'given'
        ? [
            `The keys of the Redis that REDIS_URL names (${placeOf(url)}) are used as they are, and not cleaned.`,
          ]
        : [],
    environment: async (label) => {
      if (context.database === 'given') return { ...urls }
      number += 1
      const prefix = databaseName(context.lease.id, number, label)
      for (const place of places) await context.lease.ownDatabase(place, prefix)
      created.push(prefix)
      return { ...urls, REDIS_KEY_PREFIX: prefix }
    },
    stop: async () => {
      for (const prefix of created.splice(0)) {
        try {
          for (const place of places) await deleteKeys(place, prefix)
        } catch {
          // It stays noted, so the lease tries again when it is released, and says so when that fails too.
          continue
        }
        await context.lease.disownDatabase(prefix)
      }
    },
  }
}

function urlsOf(url: string, env: NodeJS.ProcessEnv): Urls {
  const broker = env.TASK_BROKER_URL || url
  return { REDIS_URL: url, TASK_BROKER_URL: broker, TASK_RESULT_BACKEND: env.TASK_RESULT_BACKEND || broker }
}
