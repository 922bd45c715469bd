import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quotaProblem } from '../../src/launch/level-quota.js'
import { levelOn } from '../../src/model/plan/backends.js'
import type { Level } from '../../src/model/plan/level.js'
import { type BootedLevel, bootLevel, ownLevel } from '../helpers/booted-level.js'
import { limitOf, limitText } from '../helpers/cpu-limit.js'
import { CountingClient, REST_MS, send, until } from '../helpers/http-client.js'
import { lackOf, needs } from '../helpers/needs.js'
import { frontDir, frontedChecks, startOf } from './fronted-checks.js'
import { answersWhatIsInFlight, WAITING } from './in-flight.js'

const NODES = 3

/** Holds a lock on the users until nobody listens any more. */
const LOCK = `const client = new (require('pg').Client)(process.env.DATABASE_URL)
  client.connect().then(() => client.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE')).then(() => console.log('locked'))
  process.stdin.on('data', () => client.query(\`${WAITING}\`).then(({ rows }) => console.log(rows[0].waiting)))
  process.stdin.on('end', () => client.end())`

const lacks = [await lackOf('containers')]

describe('level 4 (fronted) in containers', needs(...lacks), () => {
  // It is lifted at once: what follows needs no small cores.
  const workerCpus = quotaProblem() === null ? 0.2 : null
  let booted: BootedLevel
  let url: string
  let engine: (...args: string[]) => string
  let environment: Record<string, string>
  let project: string
  let limited: string[]

  beforeAll(async () => {
    booted = await bootLevel(
      levelOn(await ownLevel('fronted'), 'compose') as Level,
      NODES,
      { REQUEST_LOG: 'true' },
      workerCpus,
    )
    limited = nodeLimits()
    booted.running.liftQuota()
    url = booted.running.url
    const env: Record<string, string> = JSON.parse(
      readFileSync(join(frontDir(booted), 'environment.json'), 'utf8'),
    )
    environment = env
    project = env.COMPOSE_PROJECT_NAME ?? ''
    engine = (...args) => execFileSync(env.ENGINE ?? '', args, { env, encoding: 'utf8' }).trim()
  })

  afterAll(async () => {
    expect(await booted.end()).toEqual([])
  })

  // Where none can be given, worker-quota.test.ts is listed as skipped, with the reason.
  if (workerCpus !== null) {
    it('gives each node the same CPU quota, and puts back what it had', () => {
      const asked = limitText(workerCpus)
      expect(limited).toEqual(Array.from({ length: NODES }, () => asked))
      expect(nodeLimits()).not.toContain(asked)
      expect(booted.running.renewQuota()).toBeNull()
      expect(nodeLimits()).toEqual(limited)
      booted.running.liftQuota()
    })
  }

  it('answers as every other level does', async () => {
    expect((await send(url, '/health')).json).toEqual({ status: 'healthy' })
    expect((await send(url, '/ready')).json.checks).toEqual({ service: 'ok', database: 'ok', queue: 'ok' })
    expect((await send(url, '/metrics')).text).toContain('http_request')
    expect((await send(url, '/api/simple')).json).toEqual({ message: 'hello', ok: true })
    expect((await send(url, '/api/users?limit=3&offset=9990')).json.users).toHaveLength(3)
    const user = { email: 'contract-compose@example.org', name: 'Contract' }
    const created = await send(url, '/api/users', { method: 'POST', body: user })
    expect(created.status).toBe(201)
    expect((await send(url, `/api/users/${created.json.id}`)).json).toMatchObject(user)
    const report = await send(url, '/api/reports/generate', { method: 'POST', body: { rows: 1_000 } })
    expect(report.status).toBe(202)
    const task = await until(
      () => send(url, `${report.json.status_url}?wait=5`),
      ({ json }) => json.status === 'done',
    )
    expect(task.json.result).toMatchObject({ rows: 1_000 })
  })

  it('runs nothing as root, and publishes the proxy and the dashboard, to this machine alone', async () => {
    const ids = ofProject()
    const users = engine('inspect', '--format', '{{.Config.User}}', ...ids).split('\n')
    expect(users.filter((user) => user === '' || /^(0|root)(:|$)/.test(user))).toEqual([])
    const ports = engine('inspect', '--format', '{{json .HostConfig.PortBindings}}', ...ids).split('\n')
    const bound = ports.flatMap((text) => Object.values<{ HostIp: string }[]>(JSON.parse(text) ?? {})).flat()
    expect(bound.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
    const { url: board = '', user, password } = booted.running.dashboards[0] ?? {}
    expect((await send(board, '/')).status).toBe(401)
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    expect((await send(board, '/', { headers: { authorization } })).text).toContain('<html')
  })

  it('names the processes of its containers, so that what they cost is known', () => {
    const { processes } = booted.running
    const named = processes.filter(({ elsewhere }) => !elsewhere).map(({ name, role }) => `${role} ${name}`)
    const nodes = Array.from({ length: NODES }, () => 'web nodes')
    const others = ['proxy nginx', 'queue queue', 'queue queue', 'service postgres', 'service redis']
    expect(named.toSorted()).toEqual([...others, ...nodes])
    const proxy = processes.find(({ name }) => name === 'nginx')
    expect(readFileSync(`/proc/${proxy?.pid}/cmdline`, 'utf8')).toContain('nginx')
  })

  it('turns unready while its database does not answer, and ready when it does', async () => {
    const database = engine('ps', '-q', '--filter', `name=${project}.db`)
    engine('pause', database)
    try {
      await until(
        () => send(url, '/ready'),
        ({ status }) => status === 503,
      )
      expect((await send(url, '/api/simple')).status).toBe(200)
    } finally {
      engine('unpause', database)
    }
    for (let i = 0; i < NODES; i++) {
      await until(
        () => send(url, '/ready'),
        ({ status }) => status === 200,
      )
    }
  })

  it('replaces every node under load without losing a request', async () => {
    const node: string = (await send(url, '/health/worker')).json.node_id
    const before = performance.now()
    const client = new CountingClient(url, '/api/users/1', 8, REST_MS)
    await booted.running.control('reload')
    const served = client.ok
    await until(
      () => client.ok,
      (ok) => ok > served + 200,
    )
    await client.stop()
    expect(client.lost).toEqual([])
    expect(await startOf(url, node)).toBeGreaterThan(before)
  })

  frontedChecks(() => booted, NODES)

  // The last one: it stops the level.
  it('answers what is in flight when it is stopped, and leaves no container, network or volume', async () => {
    const target = { url, workers: NODES }
    await answersWhatIsInFlight(target, lockUsers, () => booted.running.stop())
    const of = ['-q', '--filter', `label=rungs.run=${booted.leaseId}`]
    const left = [engine('ps', '-a', ...of), engine('network', 'ls', ...of), engine('volume', 'ls', ...of)]
    expect(left).toEqual(['', '', ''])
  })

  function nodeLimits(): string[] {
    const nodes = booted.running.processes.filter(({ role, elsewhere }) => role === 'web' && !elsewhere)
    return nodes.map(({ pid }) => limitOf(pid))
  }

  function ofProject(service?: string): string[] {
    const labels = [`project=${project}`, ...(service ? [`service=${service}`] : [])]
    const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`])
    return engine('ps', '-q', ...filters)
      .split('\n')
      .filter(Boolean)
  }

  /** Nobody outside reaches the database: a process beside a node holds the lock. */
  async function lockUsers() {
    const [node = ''] = [...ofProject('green'), ...ofProject('app')]
    const holder = spawn(environment.ENGINE ?? '', ['exec', '-i', node, 'node', '-e', LOCK], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const ended = once(holder, 'exit')
    const answer = async () => String((await once(holder.stdout, 'data'))[0])
    await answer()
    return {
      async waiting() {
        const told = answer()
        holder.stdin.write('?')
        return Number(await told)
      },
      async unlock() {
        holder.stdin.end()
        await ended
      },
    }
  }
})
