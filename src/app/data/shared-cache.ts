import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** A cache that takes longer than that is no help. */
const ANSWER_MS = 200

export interface SharedCacheSettings {
  readonly url: string
  /** Every key begins with it and a colon. */
  readonly keyPrefix: string
  readonly ttlSeconds: number
}

export interface SharedCache {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  close(): Promise<void>
}

/**
 * A Redis that all nodes share. It may fail: whoever asks then gets nothing, as if nothing were in it, and the log says so
 * once until it answers again.
 */
export function openSharedCache(
  { url, keyPrefix, ttlSeconds }: SharedCacheSettings,
  log: Logger,
): SharedCache {
  const redis = new Redis(url, {
    keyPrefix: `${keyPrefix}:cache:`,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
  })
  let failing = false
  const failed = (error: unknown): null => {
    if (!failing) log.warn({ err: error }, 'SHARED_CACHE_URL: no answer; reads go to the database')
    failing = true
    return null
  }
  redis.on('error', failed)
  redis.on('ready', () => {
    failing = false
  })
  return {
    get: (key) => redis.get(key).catch(failed),
    set: async (key, value) => {
      await redis.set(key, value, 'EX', ttlSeconds).catch(failed)
    },
    close: async () => redis.disconnect(),
  }
}
