import pg from 'pg'
import type { Logger } from 'pino'
import { AppError } from '../support/errors.js'

export interface PoolUse {
  readonly total: number
  readonly idle: number
  readonly waiting: number
  readonly max: number
}

/** What the app needs of Postgres. */
export interface Database {
  /**
   * Runs a statement, prepared once a connection under its name.
   * @throws AppError 503 when the database cannot be reached; what Postgres says otherwise.
   */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]>
  /** @throws Error saying why the database does not answer within `timeoutMs`. */
  probe(timeoutMs: number): Promise<void>
  poolUse(): PoolUse
  close(): Promise<void>
}

/** Connections a worker may open: its share of the budget, so that all together stay under `max_connections`. */
export function dbPoolMax(of: { budget: number; workers: number; nodes: number }): number {
  return Math.max(5, Math.floor(of.budget / (of.workers * of.nodes)))
}

export function openDatabase(url: string, pool: { min: number; max: number }, log: Logger): Database {
  const main = new pg.Pool({
    connectionString: url,
    min: pool.min,
    max: pool.max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  // Readiness has a connection of its own: "is the database there" must not wait behind a busy pool.
  const probes = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 2_000 })
  for (const each of [main, probes]) {
    // An idle connection that breaks would end the process without a listener; the pool opens a new one by itself.
    each.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'))
  }
  return {
    async query<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) {
      try {
        return (await main.query<Row>({ name, text, values })).rows
      } catch (error) {
        throw isUnreachable(error) ? databaseUnavailable(error) : error
      }
    },
    probe: (timeoutMs) =>
      within(timeoutMs, async () => {
        await probes.query('SELECT 1')
      }),
    poolUse: () => ({
      total: main.totalCount,
      idle: main.idleCount,
      waiting: main.waitingCount,
      max: pool.max,
    }),
    async close() {
      await Promise.all([main.end(), probes.end()])
    },
  }
}

/** Stands in where no `DATABASE_URL` is set: every use says so. */
export function noDatabase(): Database {
  const missing = () =>
    new AppError(503, 'database_not_configured', 'This endpoint needs a database: set DATABASE_URL')
  return {
    query: () => Promise.reject(missing()),
    probe: () => Promise.reject(missing()),
    poolUse: () => ({ total: 0, idle: 0, waiting: 0, max: 0 }),
    close: () => Promise.resolve(),
  }
}

function databaseUnavailable(cause: unknown): AppError {
  return new AppError(503, 'database_unavailable', 'The database does not answer', { cause })
}

/** Connection failures, shutdowns and "too many connections", as opposed to a statement that is wrong. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(ECONN|EPIPE|ENOTFOUND|EHOST|ENETUNREACH|ETIMEDOUT|ENOENT|EAI_AGAIN)/.test(code)) return true
  // SQLSTATE: 08 connection exception, 57P0x shutdown, 53300 too many connections.
  if (/^(08...|57P0.|53300)$/.test(code)) return true
  return /connection terminated|timeout exceeded when trying to connect|client has encountered/i.test(
    error.message,
  )
}

async function within(timeoutMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
