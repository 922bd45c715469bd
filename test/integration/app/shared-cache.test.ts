import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '../../../src/services/postgres/postgres-databases.js'
import { withRedis } from '../../../src/services/redis/redis-keys.js'
import { send, until } from '../../helpers/http-client.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { lackOfRedis, TestRedis } from '../../helpers/redis.js'
import { freshDatabase, Service, startServer } from './service.js'

const lackOfPostgres = await lackOf('postgres')

describe('the shared cache', needs(lackOfPostgres, lackOfRedis), () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let redis: TestRedis
  let service: Service

  beforeAll(async () => {
    ;[database, redis] = await Promise.all([freshDatabase(), TestRedis.start()])
    const env = { DATABASE_URL: database.url, SEED_USERS: '20' }
    await new Service(process.execPath, ['dist/src/app/seed.js'], env).exited
    service = startServer({ DATABASE_URL: database.url, SHARED_CACHE_URL: redis.url() })
  })
  afterAll(async () => {
    await service.stop()
    await Promise.all([redis.remove(), database.end()])
  })

  it('answers a user that any node has read from the cache, and without it from the database', async () => {
    const url = await service.url()
    const ask = () => send(url, '/api/users/7')
    const first = await ask()
    expect(first.status).toBe(200)
    // Nobody waits for the cache, and one that is slow is passed over.
    const cached = await until(
      async () => {
        await ask()
        return await withRedis(redis.url(), (client) => client.get('app:cache:user:7'))
      },
      (text) => text !== null,
    )
    expect(JSON.parse(cached ?? '')).toEqual(first.json)
    await withConnection(database.url, (client) =>
      client.query("UPDATE users SET name = 'changed' WHERE id = 7"),
    )
    await until(ask, ({ json }) => json.name === first.json.name)
    await redis.end()
    expect((await ask()).json).toEqual({ ...first.json, name: 'changed' })
    expect((await send(url, '/api/users/9')).status).toBe(200)
  })
})
