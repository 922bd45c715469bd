import pg from 'pg'
import { seed } from './data/seeding.js'
import { SettingReader } from './support/setting-reader.js'

async function main(): Promise<void> {
  const read = new SettingReader(process.env)
  const url = read.text('DATABASE_URL')
  if (url === null) read.problem('DATABASE_URL: is required; set postgres://USER:PASSWORD@HOST:PORT/DATABASE')
  const users = read.integer('SEED_USERS', 10_000, { min: 0, max: 1_000_000 })
  const passwordCost = read.integer('PASSWORD_COST', 14, { min: 10, max: 20 })
  if (url === null || read.problems.length > 0) {
    process.stderr.write(`${read.problems.join('\n')}\n`)
    process.exitCode = 2
    return
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    const made = await seed(client, users, passwordCost)
    process.stdout.write(made > 0 ? `seeded ${made} users\n` : 'the database is seeded already\n')
  } catch (error) {
    process.stderr.write(`cannot seed the database: ${describe(error)}\n`)
    process.exitCode = 1
  } finally {
    await client.end()
  }
}

/** A refused connection to a name with several addresses has its text in the inner errors. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ')
  return error instanceof Error ? error.message : String(error)
}

await main()
