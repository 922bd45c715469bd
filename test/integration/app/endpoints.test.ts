import { createHmac } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SEED_PASSWORD } from '../../../src/app/data/seeding.js'
import { send, until } from '../../helpers/http-client.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Connection } from './connection.js'
import { freshDatabase, SECRET, Service, startServer } from './service.js'

const lackOfPostgres = await lackOf('postgres')

describe('the service', needs(lackOfPostgres), () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let service: Service
  let url: string

  beforeAll(async () => {
    database = await freshDatabase()
    const env = { DATABASE_URL: database.url, PASSWORD_COST: '10', SEED_USERS: '300' }
    const seeds = [1, 2].map(() => new Service(process.execPath, ['dist/src/app/seed.js'], env))
    const exits = await Promise.all(seeds.map((one) => one.exited))
    // Two at once: one seeds, the other finds it done.
    expect(exits.map((exit) => exit.code)).toEqual([0, 0])
    expect(seeds.map((one) => one.output).toSorted()).toEqual([
      'seeded 300 users\n',
      'the database is seeded already\n',
    ])
    service = startServer({ ...env, NODE_ENV: 'production', JWT_SECRET: SECRET, NODE_ID: 'node-a' })
    url = await service.url()
  })

  afterAll(async () => {
    await service?.stop()
    await database?.end()
  })

  describe('observers’ endpoints', () => {
    it('/health and /ready', async () => {
      expect((await send(url, '/health')).json).toEqual({ status: 'healthy' })
      for (const path of ['/ready', '/health/ready']) {
        const { status, json } = await send(url, path)
        expect({ status, json }).toEqual({
          status: 200,
          json: { status: 'ready', checks: { service: 'ok', database: 'ok' } },
        })
      }
    })

    it('/health/worker tells who answers, and observers do not change what they count', async () => {
      // The connections of those who asked before are closed a moment after their answers.
      const { json: before } = await until(
        () => send(url, '/health/worker'),
        ({ json }) => json.active_connections === 1 && json.requests_in_flight === 1,
      )
      expect(before).toEqual({
        status: 'healthy',
        worker_id: String(service.pid),
        node_id: 'node-a',
        uptime_seconds: expect.any(Number),
        active_connections: 1,
        requests_served: expect.any(Number),
        requests_in_flight: 1,
        event_loop_delay_p99_ms: expect.any(Number),
        event_loop_active_seconds_total: expect.any(Number),
        gc_seconds_total: expect.any(Number),
        db_pool_used: expect.any(Number),
        db_pool_waiting: 0,
      })
      expect(before.event_loop_active_seconds_total).toBeGreaterThan(0)
      expect(before.event_loop_active_seconds_total).toBeLessThanOrEqual(before.uptime_seconds)
      for (const path of ['/health', '/ready', '/metrics', '/health/worker', '/health?x=1'])
        await send(url, path)
      for (const path of ['/api/simple', '/api/users/1', '/nowhere']) await send(url, path)
      const after = (await send(url, '/health/worker')).json
      expect(after.requests_served - before.requests_served).toBe(3)
    })

    it('/metrics labels by route pattern, and shows loop lag, memory and pool', async () => {
      await send(url, '/api/users/2')
      const { text } = await send(url, '/metrics')
      expect(text).toMatch(
        /^http_request_duration_seconds_count\{method="GET",route="\/api\/users\/:id",status="200"\} [1-9]/m,
      )
      expect(text).not.toContain('/api/users/2')
      // Refused before the handler, and still of its route.
      await send(url, '/api/users/zero')
      expect((await send(url, '/metrics')).text).toMatch(
        /_count\{method="GET",route="\/api\/users\/:id",status="400"\} [1-9]/m,
      )
      for (const name of [
        'nodejs_eventloop_lag_p99_seconds',
        'process_resident_memory_bytes',
        'http_active_connections',
        'db_pool_connections',
        'db_pool_waiting',
      ]) {
        expect(text).toMatch(new RegExp(`^${name} [0-9]`, 'm'))
      }
      expect(text).toMatch(/^db_pool_max 80$/m)
    })
  })

  describe('/api', () => {
    it('/simple', async () => {
      expect((await send(url, '/api/simple')).text).toBe('{"message":"hello","ok":true}')
    })

    it('lists users in pages', async () => {
      const first = (await send(url, '/api/users')).json
      expect(first).toMatchObject({ limit: 20, offset: 0 })
      expect(first.users).toHaveLength(20)
      expect(first.users[0]).toEqual({
        id: 1,
        email: 'user1@example.com',
        name: 'User 1',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      })
      const page = (await send(url, '/api/users?limit=2&offset=10')).json
      expect(page.users.map((user: { id: number }) => user.id)).toEqual([11, 12])
    })

    it.each(['limit=101', 'limit=0', 'offset=-1', 'limit=abc'])('refuses ?%s', async (query) => {
      const { status, json } = await send(url, `/api/users?${query}`)
      expect(status).toBe(400)
      expect(json).toEqual({
        error: { code: 'validation_failed', message: expect.stringContaining('querystring/') },
      })
    })

    it('finds a user, or says that there is none', async () => {
      expect((await send(url, '/api/users/300')).json.email).toBe('user300@example.com')
      const { status, json } = await send(url, '/api/users/99999')
      expect(status).toBe(404)
      expect(json).toEqual({ error: { code: 'not_found', message: 'There is no user 99999' } })
      expect((await send(url, '/api/users/99999999999')).status).toBe(400)
    })

    it('creates a user once', async () => {
      const body = { email: 'New@Example.com', name: 'New' }
      const made = await send(url, '/api/users', { method: 'POST', body })
      expect(made.status).toBe(201)
      expect(made.json).toMatchObject({ email: 'new@example.com', name: 'New' })
      expect((await send(url, made.headers.location ?? '')).json).toEqual(made.json)
      const again = await send(url, '/api/users', { method: 'POST', body })
      expect(again.status).toBe(409)
      expect(again.json.error.code).toBe('email_taken')
    })

    it.each([{ email: 'x', name: 'X' }, { email: 'a@b.example' }, { email: 'a@b.example', name: '' }])(
      'refuses the user %j',
      async (body) => {
        expect((await send(url, '/api/users', { method: 'POST', body })).status).toBe(400)
      },
    )

    it('makes a report, with and without a body', async () => {
      const small = await send(url, '/api/reports/generate', {
        method: 'POST',
        body: { rows: 1000, seed: 5 },
      })
      expect(small.status).toBe(200)
      expect(small.json).toMatchObject({ rows: 1000, seed: 5 })
      expect(small.json.groups).toHaveLength(20)
      expect((await send(url, '/api/reports/generate', { method: 'POST' })).json.rows).toBe(100_000)
    })
  })

  describe('/api/auth', () => {
    const logIn = (email: string, password: string) =>
      send(url, '/api/auth/login', { method: 'POST', body: { email, password } })
    const me = (token: string) => send(url, '/api/auth/me', { headers: { authorization: `Bearer ${token}` } })

    it('gives a token that names its bearer', async () => {
      const { status, json } = await logIn('user7@example.com', SEED_PASSWORD)
      expect(status).toBe(200)
      expect(json.expires_in).toBe(3600)
      const claims = JSON.parse(Buffer.from(json.token.split('.')[1], 'base64url').toString())
      expect(claims.exp - claims.iat).toBe(3600)
      expect((await me(json.token)).json).toMatchObject({ id: 7, email: 'user7@example.com' })
    })

    it('says the same of a wrong password and an unknown address', async () => {
      const wrong = await logIn('user7@example.com', 'wrong')
      const unknown = await logIn('nobody@example.com', SEED_PASSWORD)
      expect(wrong.status).toBe(401)
      expect(unknown.status).toBe(401)
      expect(wrong.text).toBe(unknown.text)
    })

    it('lets nobody in who has no password', async () => {
      await send(url, '/api/users', { method: 'POST', body: { email: 'bare@example.com', name: 'Bare' } })
      expect((await logIn('bare@example.com', 'anything')).status).toBe(401)
    })

    it('refuses a missing, forged, unsigned or differently signed token', async () => {
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = encode({ sub: '1', exp: 4_000_000_000 })
      const { json } = await logIn('user7@example.com', SEED_PASSWORD)
      const [head, , signature] = json.token.split('.')
      const other = `${encode({ alg: 'HS512', typ: 'JWT' })}.${claims}`
      const signed = createHmac('sha512', SECRET).update(other).digest('base64url')
      for (const token of [
        '',
        'x.y.z',
        `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`,
        `${other}.${signed}`,
        `${head}.${claims}.${signature}`,
      ]) {
        const answer = await me(token)
        expect(answer.status).toBe(401)
        expect(answer.json).toEqual({
          error: { code: 'unauthorized', message: 'A valid bearer token is needed' },
        })
      }
      expect((await send(url, '/api/auth/me')).status).toBe(401)
    })
  })

  describe('errors', () => {
    it('have one shape, whatever went wrong', async () => {
      const answers = await Promise.all([
        send(url, '/nowhere'),
        send(url, '/api/users', { method: 'POST', body: '{"email":' }),
        send(url, '/api/users', { method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } }),
        send(url, '/api/users', { method: 'POST', body: { name: 'x'.repeat(1_100_000) } }),
        send(url, '/%zz'),
      ])
      expect(answers.map((answer) => answer.status)).toEqual([404, 400, 415, 413, 400])
      for (const answer of answers) {
        expect(answer.json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
      }
    })

    it('come when the whole body has, lest a reset takes them away', async () => {
      const connection = await Connection.open(url)
      const length = 2 * 1_048_576
      connection.write(
        `POST /api/users HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
      )
      for (let ask = 0; ask < 20; ask++) await send(url, '/health')
      expect([connection.received, connection.socket.destroyed]).toEqual(['', false])
      connection.write('x'.repeat(length))
      expect((await connection.answer()).status).toBe(413)
    })

    it('on our side are told to the log, not to the client', async () => {
      const admin = new pg.Client(database.url)
      await admin.connect()
      await admin.query('ALTER TABLE users RENAME TO hidden')
      const { status, json } = await send(url, '/api/users/1')
      await admin.query('ALTER TABLE hidden RENAME TO users')
      await admin.end()
      expect(status).toBe(500)
      expect(json.error.code).toBe('internal_server_error')
      expect(JSON.stringify(json)).not.toContain('users')
      await service.prints(/relation \\"users\\" does not exist/)
      expect((await send(url, '/api/users/1')).status).toBe(200)
    })
  })
})
