import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { createClosedLoop } from '../../../src/engine/closed/closed-loop.js'
import { decodeHistogram } from '../../../src/stats/estimate/histogram.js'
import { lackOfOpenssl, needs } from '../../helpers/needs.js'
import {
  accounted,
  CONNECTIONS,
  csvOf,
  keepOpen,
  killWhileLoading,
  lackOfIpv6,
  load,
  loadUntil,
  planFor,
  serveBigHeads,
  serveHttp,
  serveHttps,
  typedExchange,
} from './loopback.js'

const keep = keepOpen()

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

it('merges two generators: connections, counts, histograms and seconds', async () => {
  let n = 0
  const sockets = new Set<unknown>()
  const { url } = keep(
    await serveHttp((request, response) => {
      n++
      sockets.add(request.socket)
      response.end('ok')
    }),
  )
  const ticks: number[] = []
  const sample = await load(planFor(url, { connections: 5, generators: 2, durationSeconds: 2.2 }), {
    onTick: ({ ok }) => ticks.push(ok),
  })
  expect(sockets.size).toBe(5)
  expect(sample.generator.processes).toBe(2)
  expect(accounted(sample)).toBe(sample.counts.sent)
  expect(n).toBeLessThanOrEqual(sample.counts.sent)
  expect(n).toBeGreaterThanOrEqual(sample.counts.sent - 5)
  expect(decodeHistogram(sample.histogram).totalCount).toBe(sample.counts.ok + sample.counts.unfinished)
  expect(sample.intervals.map(({ atSeconds }) => atSeconds)).toEqual([0, 1, 2])
  expect(sample.intervals.reduce((sum, { ok }) => sum + ok, 0)).toBe(sample.counts.ok)
  expect(ticks).toEqual([
    sample.intervals[0]?.ok,
    (sample.intervals[0]?.ok ?? 0) + (sample.intervals[1]?.ok ?? 0),
  ])
})

it('logs in first on each connection and uses what the answer gave', async () => {
  const seen: string[] = []
  let logIns = 0
  const { url } = keep(
    await serveHttp(async (request, response) => {
      if (request.url === '/login') {
        const { user } = JSON.parse(await bodyOf(request))
        logIns++
        // The first attempts fail: the token is asked for again, and nothing else is sent without one.
        if (logIns <= 2) json(response, 503, {})
        else json(response, 200, { auth: { token: createHash('md5').update(user).digest('hex') } })
      } else {
        seen.push(request.headers.authorization ?? 'none')
        json(response, 200, { ok: true })
      }
    }),
  )
  const users = ['anna', 'bernd', 'zoë']
  const sample = await loadUntil(
    planFor(url, {
      connections: 3,
      values: { user: users },
      steps: [
        {
          name: 'login',
          method: 'POST',
          path: '/login',
          body: { user: '{{user}}' },
          capture: { token: 'auth.token' },
          first: true,
        },
        { name: 'me', path: '/me', headers: { Authorization: 'Bearer {{token}}' }, weight: 1 },
      ],
    }),
    () => new Set(seen).size === users.length,
  )
  expect(sample.counts.badStatus).toBe(0)
  expect(sample.steps.map(({ name }) => name)).toEqual(['login', 'me'])
  expect(sample.steps[0]).toMatchObject({ sent: 0, ok: 0 })
  expect(sample.logIns).toMatchObject({ users: 3, loggedIn: 3, shared: 0 })
  expect(sample.logIns?.refused).toEqual([{ step: 'login', what: 'status 503', count: 2 }])
  expect(logIns).toBe(5)
  const wanted = users.map((user) => `Bearer ${createHash('md5').update(user).digest('hex')}`)
  expect(new Set(seen)).toEqual(new Set(wanted))
})

it('takes an answer without the captured value for a bad one', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      json(response, 200, {})
    }),
  )
  const plan = planFor(url, { steps: [{ path: '/', capture: { token: 'token' } }] })
  const sample = await loadUntil(plan, () => n >= 10 * CONNECTIONS)
  expect(sample.counts.ok).toBe(0)
  expect(sample.errors[0]?.what).toBe('body without token to capture')
})

it('sends bodies whole, with their length in bytes, and never a counter twice: not even after a warm-up', async () => {
  const numbers: number[] = []
  let wrong = 0
  const { url } = keep(
    await serveHttp(async (request, response) => {
      const text = await bodyOf(request)
      if (Number(request.headers['content-length']) !== Buffer.byteLength(text)) wrong++
      const { n, name } = JSON.parse(text)
      if (name !== `Größe ${n}` || request.url !== `/caf%C3%A9/${n}`) wrong++
      numbers.push(n)
      json(response, 201, {})
    }),
  )
  const engine = createClosedLoop()
  const plan = planFor(url, {
    generators: 2,
    durationSeconds: 0.4,
    variables: { n: { counter: true } },
    steps: [{ method: 'POST', path: '/café/{{n}}', body: { n: '{{n}}', name: 'Größe {{n}}' } }],
  })
  const io = { signal: new AbortController().signal, env: {} }
  const first = await engine.run(plan, io)
  const second = await engine.run(plan, io)
  for (const { counts } of [first, second]) expect(counts.ok).toBeGreaterThan(0)
  expect(wrong).toBe(0)
  expect(new Set(numbers).size).toBe(numbers.length)
})

it('reads heads as long as the open loop does, and names its own limit for longer ones', async () => {
  const { url } = keep(await serveBigHeads(100_000))
  const sample = await load(planFor(url, { durationSeconds: 0.5 }))
  expect(sample.errors).toEqual([])
  expect(sample.counts.ok).toBeGreaterThan(0)
  const tooLong = keep(await serveBigHeads(400_000))
  const { errors } = await load(planFor(tooLong.url, { durationSeconds: 0.5 }))
  expect(errors.map(({ what }) => what)).toEqual([
    'answer with more than 128 KiB of headers, the most that rungs reads',
  ])
})

it('reads compressed answers, and sends values as what they are', async () => {
  const { server, plan, sent, check } = await typedExchange()
  const { url } = keep(server)
  const sample = await loadUntil(planFor(url, plan), () => sent.size === 2)
  expect(sample.errors).toEqual([])
  check()
})

it('gives each request a row of the data, in order over all connections and generators', async () => {
  const counts = new Map<string, number>()
  const { url } = keep(
    await serveHttp((request, response) => {
      const path = request.url ?? ''
      counts.set(path, (counts.get(path) ?? 0) + 1)
      response.end('ok')
    }),
  )
  const rows = csvOf('id', ['a', 'b', 'c', 'd'])
  const plan = planFor(url, { generators: 2, rows, steps: [{ path: '/{{id}}' }] })
  const sample = await loadUntil(plan, () => (counts.get('/c') ?? 0) > 5 && (counts.get('/d') ?? 0) > 5)
  expect(sample.errors).toEqual([])
  expect(new Set(counts.keys())).toEqual(new Set(['/a', '/b', '/c', '/d']))
  // Of two generators, one takes a and c, the other b and d: each as often as its partner, to within one.
  const of = (id: string) => counts.get(`/${id}`) ?? 0
  expect(Math.abs(of('a') - of('c'))).toBeLessThanOrEqual(3)
  expect(Math.abs(of('b') - of('d'))).toBeLessThanOrEqual(3)
})

it('ends early when it is aborted, with what was measured', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.end('ok')
    }),
  )
  const abort = new AbortController()
  const sample = await load(planFor(url, { durationSeconds: 600 }), {
    signal: abort.signal,
    onTick: () => abort.abort(),
  })
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(accounted(sample)).toBe(sample.counts.sent)
  expect(Math.abs(n - sample.counts.sent)).toBeLessThanOrEqual(4)
  expect(sample.durationUs).toBeLessThan(600e6)
})

it('sends nothing when it was aborted before it began', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.end('ok')
    }),
  )
  const sample = await load(planFor(url), { signal: AbortSignal.abort() })
  expect(sample.counts.sent).toBe(0)
  expect(sample.intervals).toEqual([])
  expect(n).toBe(0)
})

it('loads an IPv6 address', needs(lackOfIpv6), async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.end('ok')
    }, '::1'),
  )
  const sample = await loadUntil(planFor(url), () => n >= 10 * CONNECTIONS)
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(sample.errors).toEqual([])
})

it('loads HTTPS with a certificate that nobody vouches for', needs(lackOfOpenssl), async () => {
  let n = 0
  const server = keep(
    await serveHttps((_request, response) => {
      n++
      response.end('ok')
    }),
  )
  const sample = await loadUntil(planFor(server.url, { connections: 3 }), () => n >= 30)
  expect(sample.errors).toEqual([])
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(server.handshakes()).toBeLessThanOrEqual(3)
})

it('fails when a generator cannot run', async () => {
  await expect(load(planFor('http://127.0.0.1:1', { cpus: [9_999] }))).rejects.toThrow(/^a load generator /)
})

it('ends its generators when rungs is killed', async () => {
  const { url, server } = keep(await serveHttp((_request, response) => void response.end('ok')))
  await killWhileLoading('closed-loop', planFor(url, { durationSeconds: 600, generators: 2 }), server)
})
