import type { Redis } from 'ioredis'
import { codeOf, messageOf } from '../../words/errors.js'

/** Prefixes that rungs gives to keys. Nothing else is ever deleted. */
const OWN_PREFIX = /^rungs_[a-z0-9_]{1,57}$/

/** How long a server may take to accept a connection, and to answer. */
const ANSWER_MS = 5_000
/** Keys that one step of a scan looks at. */
const SCAN_COUNT = 1_000

/** Whether a URL leads to a Redis. */
export function isRedisUrl(url: string): boolean {
  return URL.canParse(url) && ['redis:', 'rediss:'].includes(new URL(url).protocol)
}

/** Whether `prefix` can be one of rungs' own. */
export function isOwnPrefix(prefix: string): boolean {
  return OWN_PREFIX.test(prefix)
}

/**
 * Runs `work` on a connection of its own and closes it.
 * @throws Error of the connection or of the server.
 */
export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    retryStrategy: () => null,
  })
  // The command under way says that the connection failed, but not why.
  let problem: unknown = null
  client.on('error', (error) => {
    problem = error
  })
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    throw problem ?? error
  } finally {
    client.disconnect()
  }
}

/** What `INFO` says of the server's version; Valkey tells the Redis version that it is compatible with. */
export async function redisVersion(url: string): Promise<string> {
  return await withRedis(url, async (client) => {
    const info = await client.info('server')
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown'
  })
}

/** Deletes every key that begins with a prefix of ours and a colon, without blocking the server. */
export async function deleteKeys(url: string, prefix: string): Promise<void> {
  if (!isOwnPrefix(prefix)) throw new Error(`"${prefix}" is not a prefix of rungs`)
  await withRedis(url, async (client) => {
    let cursor = '0'
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', SCAN_COUNT)
      if (keys.length > 0) await client.unlink(...keys)
      cursor = next
    } while (cursor !== '0')
  })
}

/** What went wrong with a connection, in words. */
export function redisProblem(error: unknown): string {
  const text = messageOf(error)
  if (/^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH)/.test(text)) return 'user or password refused'
  if (/^ERR (DB index|invalid DB)/.test(text)) return 'no database of that number'
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'nobody listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no host of that name'
    case 'ECONNRESET':
      return 'the connection was closed'
    default:
      return text
  }
}
