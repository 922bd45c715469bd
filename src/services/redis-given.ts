import { UserError } from '../model/errors.js'
import type { RunningService, ServiceContext } from '../model/service.js'
import { databaseName, placeOf } from './postgres-databases.js'
import { deleteKeys, isRedisUrl, redisProblem, redisVersion } from './redis-keys.js'

/**
 * Asks the server of `REDIS_URL` for its version. The value is never repeated: it may hold a password.
 * @throws UserError when it cannot be reached.
 */
export async function reachRedis(url: string): Promise<string> {
  if (!isRedisUrl(url)) {
    throw new UserError(
      'REDIS_URL is not a Redis URL: it should read redis://user:password@host:6379/0 (rediss:// with TLS)',
    )
  }
  try {
    return await redisVersion(url)
  } catch (error) {
    throw new UserError(
      `REDIS_URL: ${placeOf(url)} cannot be reached (${redisProblem(error)}): start that server, correct the variable, or unset it for a private Redis`,
    )
  }
}

/**
 * Uses the server of `REDIS_URL`: keys under a prefix of their own per call, deleted at the end. With `--database given`
 * without a prefix, and nothing is deleted.
 * @throws UserError when it cannot be reached.
 */
export async function useRedis(url: string, context: ServiceContext): Promise<RunningService> {
  const version = await reachRedis(url)
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
      if (context.database === 'given') return { REDIS_URL: url }
      number += 1
      const prefix = databaseName(context.lease.id, number, label)
      await context.lease.ownDatabase(url, prefix)
      created.push(prefix)
      return { REDIS_URL: url, REDIS_KEY_PREFIX: prefix }
    },
    stop: async () => {
      for (const prefix of created.splice(0)) {
        try {
          await deleteKeys(url, prefix)
        } catch {
          // It stays noted, so the lease tries again when it is released, and says so when that fails too.
          continue
        }
        await context.lease.disownDatabase(prefix)
      }
    },
  }
}
