import type { Client } from 'pg'
import type { Reading } from './observer.js'
import { OpenQuestion } from './open-question.js'

const CONNECT_MS = 2_000
/** Between attempts to connect, in readings: a server that is full or gone must not be pestered. */
const RETRY_EVERY = 5

/** Only connections of clients, without our own; of those of other users the state may be hidden, and they count as idle. */
const QUERY = `SELECT count(*)::int AS connections, (count(*) FILTER (WHERE state = 'active'))::int AS active
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`

/** How many connections a Postgres server has, asked over one of our own. */
export class PostgresActivity {
  readonly #url: string
  #client: Client | null = null
  readonly #question = new OpenQuestion(() => this.#ask())
  #skip = 0
  #closed = false

  constructor(databaseUrl: string) {
    this.#url = databaseUrl
  }

  /** Nothing where the server does not answer within `withinMs`. */
  read(withinMs: number): Promise<Reading[]> {
    return this.#question.read(withinMs)
  }

  close(): void {
    this.#closed = true
    this.#drop()
  }

  #drop(): void {
    // Not waited for: a server that hangs must not hold up who has seen enough, nor matters how it ends.
    void this.#client?.end().catch(() => {})
    this.#client = null
  }

  async #ask(): Promise<Reading[]> {
    if (this.#closed || this.#skip > 0) {
      this.#skip--
      return []
    }
    try {
      this.#client ??= await connect(this.#url)
      const { rows } = await this.#client.query<{ connections: number; active: number }>({
        name: 'rungs-activity',
        text: QUERY,
      })
      const { connections = 0, active = 0 } = rows[0] ?? {}
      return [
        { of: 'postgres', what: 'db-connections', value: connections },
        { of: 'postgres (active)', what: 'db-connections', value: active },
      ]
    } catch {
      // A database that is gone or full is seen by those who load it; here its figures are missing.
      this.#drop()
      this.#skip = RETRY_EVERY - 1
      return []
    } finally {
      if (this.#closed) this.#drop()
    }
  }
}

async function connect(url: string): Promise<Client> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    application_name: 'rungs',
  })
  // A connection that breaks is told by the next query; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}
