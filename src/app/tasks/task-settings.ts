import type { SettingReader } from '../support/setting-reader.js'

/** What the queue was told, checked. */
export interface TaskSettings {
  /** Holds the tasks that wait and run. */
  readonly brokerUrl: string
  /** Holds what became of them. */
  readonly resultUrl: string
  /** Every key begins with it and a colon, so that several services can share a Redis. */
  readonly keyPrefix: string
  readonly resultTtlSeconds: number
  readonly attempts: number
  /** Before the second attempt; doubled before each later one. */
  readonly backoffMs: number
  /** The longest that one attempt may take; 0 is no limit. */
  readonly timeoutMs: number
  /** A task whose worker is silent for so long is given to another one. */
  readonly lockSeconds: number
  /** Tasks that wait for others (mail, other services) at once, of each queue worker. */
  readonly concurrency: number
  /** CPU-heavy tasks at once, of each queue worker: each has a thread. */
  readonly threads: number
  /** Added to the niceness of the queue workers, so that the web goes first where both want the same core. */
  readonly nice: number
}

/** Null where `ENABLE_BACKGROUND_TASKS` is not set: the service then works without a queue, whatever else is set. */
export function readTaskSettings(read: SettingReader): TaskSettings | null {
  if (!read.flag('ENABLE_BACKGROUND_TASKS', false)) return null
  const redisUrl = readRedisUrl(read, 'REDIS_URL')
  const brokerUrl = readRedisUrl(read, 'TASK_BROKER_URL') ?? redisUrl
  const resultUrl = readRedisUrl(read, 'TASK_RESULT_BACKEND') ?? brokerUrl
  if (brokerUrl === null && read.text('TASK_BROKER_URL') === null && read.text('REDIS_URL') === null) {
    read.problem(
      'TASK_BROKER_URL or REDIS_URL: is required with ENABLE_BACKGROUND_TASKS; set redis://HOST:PORT/DATABASE',
    )
  }
  return {
    brokerUrl: brokerUrl ?? '',
    resultUrl: resultUrl ?? '',
    keyPrefix: readKeyPrefix(read),
    resultTtlSeconds: read.integer('TASK_RESULT_TTL', 3600, { min: 1, max: 31_536_000 }),
    attempts: read.integer('TASK_ATTEMPTS', 3, { min: 1, max: 100 }),
    backoffMs: read.integer('TASK_BACKOFF_MS', 1_000, { min: 1, max: 3_600_000 }),
    timeoutMs: read.integer('TASK_TIMEOUT_MS', 300_000, { min: 0, max: 86_400_000 }),
    lockSeconds: read.integer('TASK_LOCK_TIMEOUT', 10, { min: 1, max: 3600 }),
    concurrency: read.integer('TASK_CONCURRENCY', 20, { min: 1, max: 10_000 }),
    threads: read.integer('TASK_THREADS', 1, { min: 1, max: 256 }),
    nice: read.integer('QUEUE_NICE', 10, { min: 0, max: 19 }),
  }
}

/** What every key of the service begins with, in whatever Redis. */
export function readKeyPrefix(read: SettingReader): string {
  const prefix = read.checked('REDIS_KEY_PREFIX', (value) =>
    /^[\w.-]{1,100}$/.test(value) ? null : 'must be letters, digits, dots, hyphens or underscores',
  )
  return prefix ?? 'app'
}

export function readRedisUrl(read: SettingReader, name: string): string | null {
  // The value is not repeated in the message: it may hold a password.
  return read.checked(name, (value) =>
    URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol)
      ? null
      : 'is not valid; it must look like redis://USER:PASSWORD@HOST:PORT/DATABASE',
  )
}
