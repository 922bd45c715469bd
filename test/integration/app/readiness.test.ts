import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, until } from '../../helpers/http-client.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { freshDatabase, Service, startServer } from './service.js'

/** A door before the database that can be shut, with everyone thrown out, and opened again. */
class Door {
  readonly #target: { host: string; port: number }
  readonly #inside = new Set<Socket>()
  readonly #server = createServer((client) => {
    const upstream = connect(this.#target)
    for (const socket of [client, upstream]) {
      this.#inside.add(socket)
      socket.on('close', () => this.#inside.delete(socket))
      socket.on('error', () => {
        // Thrown out: the close event follows.
      })
    }
    client.pipe(upstream).pipe(client)
  })
  port = 0

  constructor(databaseUrl: string) {
    const { hostname, port } = new URL(databaseUrl)
    this.#target = { host: hostname, port: Number(port || 5432) }
  }

  async open(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  async shut(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#inside) socket.destroy()
    await closed
  }
}

const lackOfPostgres = await lackOf('postgres')

describe('a database that goes and comes', needs(lackOfPostgres), () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let door: Door
  let doorUrl: string

  beforeAll(async () => {
    database = await freshDatabase()
    await new Service(process.execPath, ['dist/src/app/seed.js'], {
      DATABASE_URL: database.url,
      SEED_USERS: '10',
      PASSWORD_COST: '10',
    }).exited
    door = new Door(database.url)
    await door.open()
    const through = new URL(database.url)
    through.host = `127.0.0.1:${door.port}`
    doorUrl = through.href
  })

  afterAll(async () => {
    await door?.shut()
    await database?.end()
  })

  describe('readiness', () => {
    it('follows the database as it goes and comes back', async () => {
      const service = startServer({ DATABASE_URL: doorUrl })
      const url = await service.url()
      expect((await send(url, '/api/users/1')).status).toBe(200)
      expect((await send(url, '/ready')).status).toBe(200)

      await door.shut()
      const away = await send(url, '/ready')
      expect(away.status).toBe(503)
      expect(away.json.status).toBe('not ready')
      expect(away.json.checks).toEqual({
        service: 'ok',
        database: expect.stringMatching(/ECONNREFUSED|ECONNRESET|EPIPE|terminated/),
      })
      const users = await send(url, '/api/users/1')
      expect(users.status).toBe(503)
      expect(users.headers['retry-after']).toBe('1')
      expect(users.json).toEqual({
        error: { code: 'database_unavailable', message: 'The database does not answer' },
      })
      // Alive all the same: a restart would not bring the database back.
      expect((await send(url, '/health')).status).toBe(200)
      expect((await send(url, '/api/simple')).status).toBe(200)

      await door.open()
      await until(
        () => send(url, '/ready'),
        (answer) => answer.status === 200,
      )
      expect((await send(url, '/api/users/1')).status).toBe(200)
      expect(await service.stop()).toEqual({ code: 0, signal: null })
    })

    it('has a time limit for a database that accepts and says nothing', async () => {
      const silent = createServer()
      silent.listen(0, '127.0.0.1')
      await once(silent, 'listening')
      const service = startServer({
        DATABASE_URL: `postgres://x@127.0.0.1:${(silent.address() as AddressInfo).port}/x`,
      })
      const { status, json } = await send(await service.url(), '/ready')
      expect(status).toBe(503)
      expect(json.checks.database).toMatch(/timeout|no answer within/)
      silent.close()
      await service.stop()
    })

    it('does without a database in development, and says so', async () => {
      const service = startServer({ DATABASE_URL: '' })
      const url = await service.url()
      const { status, json } = await send(url, '/ready')
      expect(status).toBe(200)
      expect(json.checks.database).toBe('not configured (DATABASE_URL is not set)')
      const users = await send(url, '/api/users')
      expect(users.status).toBe(503)
      expect(users.json.error).toEqual({
        code: 'database_not_configured',
        message: 'This endpoint needs a database: set DATABASE_URL',
      })
      await service.stop()
    })
  })
})
