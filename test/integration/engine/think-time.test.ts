import { expect, it } from 'vitest'
import { until } from '../../helpers/http-client.js'
import {
  accounted,
  keepOpen,
  load,
  loadOpen,
  loadUntil,
  openPlanFor,
  planFor,
  serveHttp,
} from './loopback.js'
import { expectReconciled } from './reconciled.js'

const keep = keepOpen()

/** When requests came and their answers were given, in ms, by the last part of their path: the user's name. */
async function servePauses(closes = false) {
  const answeredMs = new Map<string, number>()
  const pauses: { kind: string; ms: number }[] = []
  const paths: string[] = []
  const server = await serveHttp((request, response) => {
    const [, kind = '', user = ''] = request.url?.split('/') ?? []
    const before = answeredMs.get(user)
    if (before !== undefined) pauses.push({ kind, ms: performance.now() - before })
    paths.push(request.url ?? '')
    response.shouldKeepAlive = !closes
    answeredMs.set(user, performance.now())
    response.end('ok')
  })
  keep(server)
  return { ...server, answeredMs, pauses, paths }
}

const NAMES = Array.from({ length: 1_000 }, (_, i) => `u${i}`)

it.each([false, true])(
  'pauses between the answer and the next request of a connection (closed after each: %s)',
  async (closes) => {
    const { url, pauses, paths } = await servePauses(closes)
    const sample = await loadUntil(
      planFor(url, {
        connections: 2,
        values: { user: ['anna', 'bernd'] },
        steps: [{ path: '/a/{{user}}', thinkSeconds: 0.2 }, { path: '/b/{{user}}' }, { path: '/c/{{user}}' }],
      }),
      () => pauses.length >= 20,
    )
    expect(sample.errors).toEqual([])
    expect(accounted(sample)).toBe(sample.counts.sent)
    expect(pauses.length).toBeGreaterThan(0)
    for (const { kind, ms } of pauses) if (kind === 'b') expect(ms).toBeGreaterThanOrEqual(200)
    const ofAnna = paths.filter((path) => path.endsWith('anna')).map((path) => path[1])
    expect(ofAnna.join('')).toBe('abc'.repeat(ofAnna.length).slice(0, ofAnna.length))
    // At most a round each 0.2 s, the first at once.
    const rounds = paths.filter((path) => path === '/a/anna').length
    expect(rounds).toBeLessThanOrEqual(1 + sample.durationUs / 200_000)
  },
)

it('ends at once in the middle of a pause, and neither times it out nor takes it for an unfinished request', async () => {
  const { url, paths } = await servePauses()
  const steps = [{ path: '/a/{{user}}', thinkSeconds: 3_600 }]
  const sample = await load(
    planFor(url, {
      connections: 2,
      durationSeconds: 3,
      timeoutSeconds: 2,
      steps,
      values: { user: NAMES },
    }),
  )
  expect(paths).toHaveLength(2)
  expect(sample.counts).toMatchObject({ sent: 2, ok: 2, timeout: 0, unfinished: 0 })
  expect(sample.errors).toEqual([])
})

it('connects anew after a pause in which the server closed the connection, without an error', async () => {
  let [sockets, requests] = [0, 0]
  const server = await serveHttp((request, response) => {
    requests++
    response.end('ok')
    // At once, so that the client has it long before its pause is over, however busy the machine.
    request.socket.end()
  })
  keep(server)
  server.server.on('connection', () => sockets++)
  const plan = planFor(server.url, { connections: 1, steps: [{ path: '/', thinkSeconds: 0.1 }] })
  const sample = await loadUntil(plan, () => requests > 3)
  expect(sample.errors).toEqual([])
  await until(
    () => sockets,
    (opened) => opened === sample.counts.sent,
  )
  expect(sockets).toBeLessThanOrEqual(1 + sample.durationUs / 100_000)
  expect(sockets).toBeGreaterThan(1)
})

it('keeps the schedule of an open loop, with more users where the others think', async () => {
  const { url, pauses, answeredMs, paths } = await servePauses()
  const plan = openPlanFor(url, {
    generators: 2,
    maxConnections: 10,
    stages: [{ seconds: 2, from: 100, to: 100 }],
    values: { user: NAMES },
    steps: [{ path: '/a/{{user}}', thinkSeconds: [0.3, 0.4] }],
  })
  const sample = await loadOpen(plan)
  expectReconciled(sample)
  expect(sample.counts).toMatchObject({ sent: 200, ok: 200 })
  expect(paths).toHaveLength(200)
  expect(pauses.length).toBeGreaterThan(0)
  for (const { ms } of pauses) expect(ms).toBeGreaterThanOrEqual(300)
  // 100/s that pause for at least 0.3 s each are at least 30 users, and there may be 100.
  expect(answeredMs.size).toBeGreaterThanOrEqual(30)
  expect(answeredMs.size).toBeLessThanOrEqual(100)
})

it('cuts pauses short rather than the schedule when there may be no more users', async () => {
  const { url, answeredMs, paths } = await servePauses()
  const plan = openPlanFor(url, {
    maxConnections: 1,
    values: { user: NAMES },
    steps: [{ path: '/a/{{user}}', thinkSeconds: 3_600 }],
  })
  const sample = await loadOpen(plan)
  expectReconciled(sample)
  expect(paths).toHaveLength(60)
  expect(sample.counts.ok).toBe(60)
  expect(answeredMs.size).toBe(10)
})
