import { readFileSync, writeSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { dbPoolMax } from './data/database.js'
import type { SharedCacheSettings } from './data/shared-cache.js'
import { SettingReader } from './support/setting-reader.js'
import { readKeyPrefix, readRedisUrl, readTaskSettings, type TaskSettings } from './tasks/task-settings.js'
import { readMachine, workerCount } from './worker-count.js'

export const LISTEN_MODES = ['round-robin', 'shared', 'reuseport'] as const
export const DRAIN_MODES = ['refuse', 'handover'] as const
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Lets a development cluster share tokens; production must bring its own. */
export const DEVELOPMENT_JWT_SECRET = 'rungs-development-secret-never-use-in-production'

/** What the service was told, checked. Names are those of the environment variables, in camelCase. */
export interface Settings {
  readonly production: boolean
  readonly host: string
  readonly port: number
  /** A Unix socket to listen on instead of host and port. */
  readonly socket: string | null
  /** Workers on this machine; sizes the connection pools. */
  readonly workers: number
  readonly nodeId: string
  /** One of several nodes: its workers name it with their own number. */
  readonly distributed: boolean
  readonly listenMode: (typeof LISTEN_MODES)[number]
  /** Connections that the kernel keeps waiting for `accept`. */
  readonly backlog: number
  readonly keepAliveSeconds: number
  readonly gracefulTimeoutSeconds: number
  readonly drainMode: (typeof DRAIN_MODES)[number]
  /** The watchdog ends a process whose event loop is silent for so long; 0 is off. */
  readonly workerTimeoutSeconds: number
  /**
   * A worker leaves after so many requests; 0, the default, is off. Gunicorn's usual 1,000 suits workers that
   * answer tens of requests a second: a Node worker would leave several times a second.
   */
  readonly maxRequests: number
  readonly maxRequestsJitter: number
  /** A file that lets one worker of a machine recycle at a time; null where each may leave when it likes. */
  readonly recycleLock: string | null
  /** Which worker this is, the same after a restart; set by the process manager. */
  readonly instance: string | null
  /** Requests in flight beyond which new ones get 503; 0 is no limit. */
  readonly limitConcurrency: number
  readonly bodyLimit: number
  /** Addresses whose forwarded headers count; `unix` for whoever connects through the socket. */
  readonly trustProxy: readonly string[]
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly databaseUrl: string | null
  readonly dbPoolMin: number
  readonly dbPoolMax: number
  /** Null without a queue: work is then done in the request that asks for it. */
  readonly tasks: TaskSettings | null
  /** Null without a cache that the nodes share. */
  readonly sharedCache: SharedCacheSettings | null
  readonly jwtSecret: string
  readonly jwtExpiresSeconds: number
  /** log2 of scrypt's N. */
  readonly passwordCost: number
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly requestLog: boolean
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads and checks every setting; all problems at once, a line each, naming the variable. */
export function readSettings(env: NodeJS.ProcessEnv, nodeVersion = process.versions.node): SettingsResult {
  const read = new SettingReader(env)
  const production = read.text('NODE_ENV') === 'production'
  const workers = read.integer('WORKERS', 1, { min: 0, max: 1024 }) || workerCount(readMachine())
  const settings: Settings = {
    production,
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', 3000, { min: 0, max: 65_535 }),
    workers,
    socket: read.text('SOCKET'),
    nodeId: read.text('NODE_ID') ?? hostname(),
    distributed: read.flag('ENABLE_DISTRIBUTED_MODE', false),
    listenMode: readListenMode(read, nodeVersion),
    backlog: read.integer('BACKLOG', 2048, { min: 1, max: 65_535 }),
    keepAliveSeconds: read.integer('KEEPALIVE', 5, { min: 1, max: 3600 }),
    gracefulTimeoutSeconds: read.integer('GRACEFUL_TIMEOUT', 30, { min: 1, max: 3600 }),
    drainMode: read.choice('DRAIN_MODE', DRAIN_MODES, 'refuse'),
    workerTimeoutSeconds: read.integer('WORKER_TIMEOUT', 30, { min: 0, max: 3600 }),
    maxRequests: read.integer('MAX_REQUESTS', 0, { min: 0, max: 1_000_000_000 }),
    maxRequestsJitter: read.integer('MAX_REQUESTS_JITTER', 0, { min: 0, max: 1_000_000_000 }),
    recycleLock: read.text('RECYCLE_LOCK'),
    instance: read.text('NODE_APP_INSTANCE'),
    limitConcurrency: read.integer('LIMIT_CONCURRENCY', 0, { min: 0, max: 1_000_000 }),
    bodyLimit: read.integer('BODY_LIMIT', 1_048_576, { min: 1, max: 1_073_741_824 }),
    trustProxy: readTrustProxy(read),
    tls: readTls(read),
    databaseUrl: readDatabaseUrl(read, production),
    ...readPool(read, workers),
    tasks: readTaskSettings(read),
    sharedCache: readSharedCache(read),
    jwtSecret: readJwtSecret(read, production),
    jwtExpiresSeconds: read.integer('JWT_EXPIRES', 3600, { min: 1, max: 31_536_000 }),
    passwordCost: read.integer('PASSWORD_COST', 14, { min: 10, max: 20 }),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    requestLog: read.flag('REQUEST_LOG', false),
  }
  return read.problems.length === 0 ? { ok: true, settings } : { ok: false, problems: read.problems }
}

/** The settings, or an end with exit code 2 and every problem on standard error. */
export function settingsOrExit(env: NodeJS.ProcessEnv): Settings {
  const result = readSettings(env)
  if (result.ok) return result.settings
  // Written at once: under PM2 `process.stderr` is a message that an exit may overtake.
  writeSync(2, `${result.problems.join('\n')}\n`)
  process.exit(2)
}

/** Node has `reusePort` since 22.12 and 23.1. */
export function supportsReusePort(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12)
}

function readListenMode(read: SettingReader, nodeVersion: string): Settings['listenMode'] {
  const mode = read.choice('LISTEN_MODE', LISTEN_MODES, 'round-robin')
  if (mode === 'reuseport' && !supportsReusePort(nodeVersion)) {
    read.problem(
      `LISTEN_MODE: reuseport needs Node 22.12 or 23.1, this is ${nodeVersion}; use round-robin or shared`,
    )
  }
  return mode
}

function readPool(read: SettingReader, workers: number): Pick<Settings, 'dbPoolMin' | 'dbPoolMax'> {
  const nodes = read.integer('NODES', 1, { min: 1, max: 10_000 })
  const budget = read.integer('DB_POOL_BUDGET', 80, { min: 1, max: 100_000 })
  const max = read.integer('DB_POOL_MAX', dbPoolMax({ budget, workers, nodes }), { min: 1, max: 10_000 })
  const min = read.integer('DB_POOL_MIN', 0, { min: 0, max: 10_000 })
  if (min > max) read.problem(`DB_POOL_MIN: ${min} is above DB_POOL_MAX (${max})`)
  return { dbPoolMin: min, dbPoolMax: max }
}

function readDatabaseUrl(read: SettingReader, production: boolean): string | null {
  if (production && read.text('DATABASE_URL') === null) {
    read.problem('DATABASE_URL: is required in production; set postgres://USER:PASSWORD@HOST:PORT/DATABASE')
  }
  // The value is not repeated in the message: it may hold a password.
  return read.checked('DATABASE_URL', (value) =>
    URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol)
      ? null
      : 'is not valid; it must look like postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  )
}

function readJwtSecret(read: SettingReader, production: boolean): string {
  if (production && read.text('JWT_SECRET') === null) {
    read.problem('JWT_SECRET: is required in production; set at least 32 random characters')
  }
  // RFC 7518, 3.2: a key for HS256 has at least 256 bits.
  const secret = read.checked('JWT_SECRET', (value) => {
    if (Buffer.byteLength(value) < 32) return 'is too short; it must have at least 32 characters'
    return production && value === DEVELOPMENT_JWT_SECRET ? 'must not be the development secret' : null
  })
  return secret ?? DEVELOPMENT_JWT_SECRET
}

function readTls(read: SettingReader): Settings['tls'] {
  const cert = readFile(read, 'TLS_CERT')
  const key = readFile(read, 'TLS_KEY')
  if ((read.text('TLS_CERT') === null) !== (read.text('TLS_KEY') === null)) {
    read.problem('TLS_CERT and TLS_KEY: give both, or neither')
  }
  return cert !== null && key !== null ? { cert, key } : null
}

function readFile(read: SettingReader, name: string): string | null {
  const path = read.text(name)
  if (path === null) return null
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    read.problem(`${name}: cannot read "${path}" (${error instanceof Error ? error.message : String(error)})`)
    return null
  }
}

function readSharedCache(read: SettingReader): SharedCacheSettings | null {
  const url = readRedisUrl(read, 'SHARED_CACHE_URL')
  const ttlSeconds = read.integer('SHARED_CACHE_TTL', 60, { min: 1, max: 86_400 })
  return url === null ? null : { url, keyPrefix: readKeyPrefix(read), ttlSeconds }
}

function readTrustProxy(read: SettingReader): string[] {
  const items = read.list('TRUST_PROXY', (item) => (item === 'unix' ? null : addressProblem(item)))
  if (items.includes('unix') && items.length > 1)
    read.problem('TRUST_PROXY: unix cannot be combined with addresses')
  return items
}

function addressProblem(item: string): string | null {
  const [address = '', prefix, ...rest] = item.split('/')
  const bits = isIP(address) === 4 ? 32 : 128
  const validPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  return isIP(address) !== 0 && validPrefix && rest.length === 0
    ? null
    : 'is not an address or a CIDR block, such as 10.0.0.0/8'
}
