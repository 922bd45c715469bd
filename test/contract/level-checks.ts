import { existsSync, readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Level, Promise_ } from '../../src/model/plan/level.js'
import { type BootedLevel, bootLevel } from '../helpers/booted-level.js'
import { CountingClient, everyWorker, REST_MS, send, until, workerPids } from '../helpers/http-client.js'
import { lackOf, needs } from '../helpers/needs.js'
import { frontedChecks } from './fronted-checks.js'
import { answersWhatIsInFlight, WAITING } from './in-flight.js'

/** Enough fresh connections for every one of four workers to be met, however they are dealt out. */
const ASKS = 40

/** The promises of every level, each by a real boot; a level is skipped where a service that it needs cannot be had. */
export async function levelChecks(level: Level, workers: number): Promise<void> {
  const lacks = await Promise.all((level.services ?? []).map(lackOf))
  describe(`level ${level.number} (${level.name})`, needs(...lacks), () => checks(level, workers))
}

function checks(level: Level, workers: number): void {
  const hasQueue = level.services?.includes('redis') ?? false
  const promises = (promise: Promise_) => level.promises?.includes(promise) ?? false
  const hasProxy = level.processes.some(({ role }) => role === 'proxy')
  let booted: BootedLevel
  let url = ''
  let ended: Promise<readonly string[]> | undefined
  const end = () => {
    ended ??= booted.end()
    return ended
  }

  beforeAll(async () => {
    // By its log the service says whom it takes a request to come from.
    booted = await bootLevel(level, workers, hasProxy ? { REQUEST_LOG: 'true' } : {})
    url = booted.running.url
  })
  afterAll(async () => {
    // A boot that fails says so, and leaves nothing.
    if (url === '') return
    expect(await end()).toEqual([])
    await expect(send(url, '/health')).rejects.toThrow(/ECONNREFUSED/)
    expect(marked(booted.leaseId)).toEqual([])
  })

  it(`serves from ${workers} workers`, async () => {
    await everyWorker(url, workers)
  })

  it('is healthy and ready, and shows metrics', async () => {
    expect((await send(url, '/health')).json).toEqual({ status: 'healthy' })
    expect((await send(url, '/ready')).status).toBe(200)
    expect((await send(url, '/health/ready')).status).toBe(200)
    const metrics = await send(url, '/metrics')
    expect(metrics.status).toBe(200)
    expect(metrics.text).toContain('http_request')
  })

  it('answers the simple endpoint', async () => {
    const answer = await send(url, '/api/simple')
    expect(answer.status).toBe(200)
    expect(answer.json).toBeTypeOf('object')
  })

  it('reads and writes users', async () => {
    const page = await send(url, '/api/users?limit=3&offset=9990')
    expect(page.json.users).toHaveLength(3)
    const email = `contract-${level.number}@example.org`
    const created = await send(url, '/api/users', { method: 'POST', body: { email, name: 'Contract' } })
    expect(created.status).toBe(201)
    expect((await send(url, `/api/users/${created.json.id}`)).json).toMatchObject({ email })
    const again = await send(url, '/api/users', { method: 'POST', body: { email, name: 'Contract' } })
    expect(again.status).toBe(409)
    expect((await send(url, '/api/users/2000000000')).status).toBe(404)
  })

  it('logs in, and any worker accepts the token', async () => {
    const body = { email: 'user1@example.com', password: 'correct-horse-battery' }
    const login = await send(url, '/api/auth/login', { method: 'POST', body })
    expect(login.status).toBe(200)
    const headers = { authorization: `Bearer ${login.json.token}` }
    for (let i = 0; i < ASKS; i++) expect((await send(url, '/api/auth/me', { headers })).status).toBe(200)
    expect((await send(url, '/api/auth/me')).status).toBe(401)
    const wrong = await send(url, '/api/auth/login', { method: 'POST', body: { ...body, password: 'no' } })
    expect(wrong.status).toBe(401)
  })

  it('generates a report: at once, or as a task where there is a queue', async () => {
    const answer = await send(url, '/api/reports/generate', { method: 'POST', body: { rows: 1_000 } })
    expect(answer.status).toBe(hasQueue ? 202 : 200)
    if (!hasQueue) return expect(answer.json).toMatchObject({ rows: 1_000 })
    const task = await until(
      () => send(url, `${answer.json.status_url}?wait=5`),
      ({ json }) => json.status === 'done',
    )
    expect(task.json.result).toMatchObject({ rows: 1_000 })
  })

  it('has the task endpoints, which say so where there is no queue', async () => {
    const answer = await send(url, '/api/tasks', {
      method: 'POST',
      body: { name: 'send_email', args: { to: 'a@example.org' } },
    })
    expect(answer.status).toBe(hasQueue ? 202 : 503)
    const unknown = await send(url, '/api/tasks/io-none')
    expect(unknown.status).toBe(hasQueue ? 404 : 503)
    if (!hasQueue) expect(unknown.json.error.code).toBe('queue_not_configured')
  })

  it('turns unready when its database goes away, and ready when it is back', async () => {
    const name = new URL(booted.databaseUrl).pathname.slice(1)
    const adminUrl = Object.assign(new URL(booted.databaseUrl), { pathname: '/postgres' }).href
    const admin = new pg.Client({ connectionString: adminUrl })
    await admin.connect()
    try {
      await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`)
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      const away = await until(
        () => send(url, '/ready'),
        ({ status }) => status === 503,
      )
      expect(JSON.stringify(away.json)).toMatch(/database/)
      expect((await send(url, '/health')).status).toBe(200)
      expect((await send(url, '/api/simple')).status).toBe(200)
    } finally {
      await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`)
      await admin.end()
    }
    for (let i = 0; i < workers; i++) {
      await until(
        () => send(url, '/ready'),
        ({ status }) => status === 200,
      )
    }
  })

  if (hasQueue)
    it('turns unready while its Redis does not answer, and serves what needs none', async () => {
      const [redis = 0] = booted.servicePids.redis ?? []
      process.kill(redis, 'SIGSTOP')
      try {
        const away = await until(
          () => send(url, '/ready'),
          ({ status }) => status === 503,
        )
        expect(away.json.checks.queue).toMatch(/no answer/)
        expect((await send(url, '/api/simple')).status).toBe(200)
        expect((await send(url, '/health')).status).toBe(200)
      } finally {
        process.kill(redis, 'SIGCONT')
      }
      for (let i = 0; i < workers; i++) {
        await until(
          () => send(url, '/ready'),
          ({ status }) => status === 200,
        )
      }
    })

  if (promises('finishes-accepted-tasks'))
    it('does every task that it accepted, although a queue worker is killed', async () => {
      const ids: string[] = []
      for (let seed = 0; seed < 40; seed++) {
        const body = { rows: 20_000, seed }
        ids.push((await send(url, '/api/reports/generate', { method: 'POST', body })).json.task_id)
      }
      const [victim = 0] = queueWorkers(booted.leaseId)
      expect(victim).toBeGreaterThan(0)
      process.kill(victim, 'SIGKILL')
      for (const id of ids) {
        const task = await until(
          () => send(url, `/api/tasks/${id}?wait=5`),
          ({ json }) => json.status === 'done',
        )
        expect(task.json.result.rows).toBe(20_000)
      }
      // Whoever enqueues counts a little later than it answers, and other tests have enqueued too.
      await until(
        () => send(url, '/health/queue'),
        ({ json }) => json.done >= ids.length && json.done === json.enqueued,
      )
    })

  if (workers > 1)
    it('keeps serving from the others when a worker is killed', async () => {
      const before = await everyWorker(url, workers)
      process.kill(pidOf(before[0]), 'SIGKILL')
      await until(
        () => workerPids(url, ASKS),
        (pids) => !pids.includes(before[0] as string),
      )
      if (promises('restarts-crashed-worker')) {
        await everyWorker(url, workers, before.slice(0, 1))
      } else {
        // Nothing brings it back: asked long after a supervisor would have, the survivors are the same.
        expect(before.slice(1)).toEqual(expect.arrayContaining(await workerPids(url, 5 * ASKS)))
        expect(await everyWorker(url, workers - 1)).toEqual(before.slice(1))
      }
    })

  if (promises('reloads-without-loss'))
    it('reloads every worker under load without losing a request', async () => {
      const before = await everyWorker(url, workers)
      const client = new CountingClient(url, '/api/users/1', 8, REST_MS)
      await until(
        () => client.ok,
        (ok) => ok > 200,
      )
      await booted.running.control('reload')
      await everyWorker(url, workers, before)
      const served = client.ok
      await until(
        () => client.ok,
        (ok) => ok > served + 200,
      )
      await client.stop()
      expect(client.lost).toEqual([])
    })

  if (promises('scales-without-restart'))
    it('scales by one and back without losing a request', async () => {
      const before = await everyWorker(url, workers)
      // Idle connections are what a hasty worker cuts.
      const clients = [
        new CountingClient(url, '/api/simple', 8, REST_MS),
        new CountingClient(url, '/api/simple', 40, 400),
      ]
      await booted.running.control('scale', workers + 1)
      await everyWorker(url, workers + 1)
      await booted.running.control('scale', workers)
      const after = await everyWorker(url, workers)
      await Promise.all(clients.map((client) => client.stop()))
      expect(clients.flatMap(({ lost }) => lost)).toEqual([])
      expect(after.filter((pid) => before.includes(pid)).length).toBeGreaterThanOrEqual(workers - 1)
    })

  if (hasProxy) frontedChecks(() => booted, workers)

  // The last one: it stops the level.
  it('answers what is in flight when it is stopped', async () => {
    const lockUsers = async () => {
      const client = new pg.Client({ connectionString: booted.databaseUrl })
      await client.connect()
      await client.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE')
      const waiting = async () => (await client.query<{ waiting: number }>(WAITING)).rows[0]?.waiting ?? 0
      return { waiting, unlock: () => client.end() }
    }
    expect(await answersWhatIsInFlight({ url, workers }, lockUsers, end)).toEqual([])
  })
}

/** Of a `worker_id`, which names the node too where there are several. */
function pidOf(worker: string | undefined): number {
  return Number(worker?.split(':').at(-1))
}

/** Pids of the queue workers of a boot. */
function queueWorkers(leaseId: string): number[] {
  return marked(leaseId)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('queue-worker.js'))
    .map(Number)
}

/** Processes that still carry the lease's mark. */
function marked(leaseId: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    const file = `/proc/${pid}/environ`
    try {
      return (
        /^\d+$/.test(pid) && existsSync(file) && readFileSync(file, 'utf8').includes(`RUNGS_LEASE=${leaseId}`)
      )
    } catch {
      return false // It ended between the listing and the look.
    }
  })
}
