import { expect, it } from 'vitest'
import { createOpenLoop } from '../../../src/engine/open/open-loop.js'
import { decodeHistogram, percentiles } from '../../../src/stats/estimate/histogram.js'
import { until } from '../../helpers/http-client.js'
import { lackOfOpenssl, needs } from '../../helpers/needs.js'
import {
  csvOf,
  keepOpen,
  killWhileLoading,
  lackOfIpv6,
  loadOpen,
  openPlanFor,
  serveBigHeads,
  serveHttp,
  serveHttps,
  typedExchange,
} from './loopback.js'
import { expectReconciled } from './reconciled.js'

const keep = keepOpen()

/** Answers at once and keeps the paths it was asked for. */
async function serveOk() {
  const paths: string[] = []
  const server = await serveHttp((request, response) => {
    paths.push(request.url ?? '')
    response.end('ok')
  })
  return { ...keep(server), paths }
}

it.each([100, 1_000, 5_000])('sends %i requests a second, to the request', async (rate) => {
  const { url, paths } = await serveOk()
  const ticks: number[] = []
  const stages = [{ seconds: 1.5, from: rate, to: rate }]
  // However long a busy machine takes for them.
  const plan = openPlanFor(url, { stages, timeoutSeconds: 30 })
  const sample = await loadOpen(plan, { onTick: ({ elapsedSeconds }) => ticks.push(elapsedSeconds) })
  const facts = expectReconciled(sample)
  expect(facts).toMatchObject({ scheduled: rate * 1.5, unsent: 0, arrival: 'uniform' })
  expect(sample.counts.ok).toBe(rate * 1.5)
  expect(paths).toHaveLength(rate * 1.5)
  expect(sample.durationUs).toBe(1.5e6)
  expect(
    sample.intervals.map(({ atSeconds, seconds, scheduled }) => [atSeconds, seconds, scheduled]),
  ).toEqual([
    [0, 1, rate],
    [1, 0.5, rate / 2],
  ])
  expect(ticks).toEqual([1])
})

it('shows a stall as the schedule implies it, and not as its few connections saw it', async () => {
  const rate = 200
  const STALL_MS = 2_000
  /** By how much a percentile of a histogram may be too low. */
  const RESOLUTION = 0.99
  const came = new Map<number, number>()
  const answered = new Map<number, number>()
  let held: (() => void)[] | null = null
  const { url } = keep(
    await serveHttp((request, response) => {
      const n = Number(request.url?.slice(1))
      came.set(n, performance.now())
      const answer = () => {
        answered.set(n, performance.now())
        response.end('ok')
      }
      if (n === rate) {
        held = []
        setTimeout(() => {
          for (const one of held ?? []) one()
          held = null
        }, STALL_MS)
      }
      if (held) held.push(answer)
      else answer()
    }),
  )
  const plan = openPlanFor(url, {
    stages: [{ seconds: 4, from: rate, to: rate }],
    maxConnections: 5,
    timeoutSeconds: 30,
    variables: { n: { counter: true } },
    steps: [{ path: '/{{n}}' }],
  })
  const sample = await loadOpen(plan)
  const { serviceHistogram } = expectReconciled(sample)
  expect(sample.counts.ok).toBe(rate * 4)

  const intended = (n: number) => ((n - 0.5) / rate) * 1_000
  const start = Math.min(...[...came].map(([n, at]) => at - intended(n)))
  const implied = [...answered].map(([n, at]) => at - start - intended(n)).sort((a, b) => a - b)
  const measured = decodeHistogram(sample.histogram)
  for (const percentile of [50, 90, 99]) {
    const wanted = implied[Math.ceil((implied.length * percentile) / 100) - 1] ?? 0
    const got = measured.getValueAtPercentile(percentile) / 1_000
    // An answer arrives after it was sent, how long after is the machine's affair.
    expect(got).toBeGreaterThanOrEqual(RESOLUTION * wanted - 1)
  }
  // 5 connections at a time met the stall: hardly any of the requests, by service time.
  expect(percentiles(measured).p90Us).toBeGreaterThan(1_000_000)
  expect(percentiles(decodeHistogram(serviceHistogram)).p90Us).toBeLessThan(percentiles(measured).p90Us ?? 0)
})

it('lets requests wait for a connection, shows the wait as latency, and counts what it gave up', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      setTimeout(() => response.end('ok'), 50)
    }),
  )
  const plan = openPlanFor(url, {
    maxConnections: 2,
    timeoutSeconds: 0.5,
    stages: [{ seconds: 2, from: 100, to: 100 }],
  })
  const sample = await loadOpen(plan)
  const { scheduled, unsent, peakConnections, serviceHistogram } = expectReconciled(sample)
  expect(scheduled).toBe(200)
  expect(peakConnections).toBe(2)
  await until(
    () => n,
    (come) => come === sample.counts.sent,
  )
  // 2 connections serve little more than 40 a second, in the 2 s and the 0.5 s after them.
  expect(sample.counts.sent).toBeLessThanOrEqual(105)
  expect(unsent).toBeGreaterThanOrEqual(95)
  expect(percentiles(decodeHistogram(serviceHistogram)).p50Us).toBeGreaterThanOrEqual(49_000)
  expect(percentiles(decodeHistogram(sample.histogram)).p50Us).toBeGreaterThanOrEqual(450_000)
})

it('reads heads as long as the closed loop does, and names its own limit for longer ones', async () => {
  const { url } = keep(await serveBigHeads(100_000))
  expect((await loadOpen(openPlanFor(url))).errors).toEqual([])
  const tooLong = keep(await serveBigHeads(400_000))
  const { errors } = await loadOpen(openPlanFor(tooLong.url))
  expect(errors.map(({ what }) => what)).toEqual([
    'answer with more than 128 KiB of headers, the most that rungs reads',
  ])
})

it('reads compressed answers, and sends values as what they are', async () => {
  const { server, plan, check } = await typedExchange()
  const { url } = keep(server)
  const sample = await loadOpen(openPlanFor(url, { ...plan, maxConnections: 2 }))
  expect(sample.errors).toEqual([])
  check()
})

it('divides a schedule over two generators, connections and users without a remainder', async () => {
  const { url, paths } = await serveOk()
  const plan = openPlanFor(url, {
    generators: 2,
    maxConnections: 5,
    stages: [{ seconds: 1, from: 301, to: 301 }],
    values: { user: ['a', 'b', 'c', 'd', 'e'] },
    rows: csvOf(
      'row',
      Array.from({ length: 301 }, (_, row) => String(row)),
    ),
    steps: [{ path: '/{{user}}/{{row}}' }],
  })
  const sample = await loadOpen(plan)
  expectReconciled(sample)
  expect(sample.generator.processes).toBe(2)
  expect(sample.counts.ok).toBe(301)
  expect(new Set(paths.map((path) => path.split('/')[1]))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']))
  // Each row once: the two take turns.
  const rows = paths.map((path) => Number(path.split('/')[2])).sort((a, b) => a - b)
  expect(rows).toEqual(Array.from({ length: 301 }, (_, row) => row))
})

it('draws the same Poisson schedule from the same seed', async () => {
  const { url } = await serveOk()
  const plan = openPlanFor(url, { arrival: 'poisson', stages: [{ seconds: 0.5, from: 400, to: 400 }] })
  const [one, same, other] = [
    await loadOpen(plan),
    await loadOpen({ ...plan, generators: 2 }),
    await loadOpen({ ...plan, seed: 8 }),
  ]
  for (const sample of [one, same, other]) expectReconciled(sample)
  expect(one.open?.scheduled).toBe(same.open?.scheduled)
  expect(one.open?.scheduled).not.toBe(other.open?.scheduled)
})

it('logs each user in first, and sends all else with what the answer gave', async () => {
  const seen = new Map<string, number>()
  let wrong = 0
  const { url } = keep(
    await serveHttp((request, response) => {
      const [, kind, user] = request.url?.split('/') ?? []
      if (kind === 'login') response.end(JSON.stringify({ token: `T-${user}` }))
      else if (request.headers.authorization !== `T-${user}`) response.writeHead(401).end(String(wrong++))
      else response.end('{}')
      seen.set(kind ?? '', (seen.get(kind ?? '') ?? 0) + 1)
    }),
  )
  const plan = openPlanFor(url, {
    maxConnections: 4,
    values: { user: ['anna', 'bernd', 'cid', 'dora'] },
    stages: [{ seconds: 1, from: 50, to: 50 }],
    steps: [
      { name: 'login', method: 'POST', path: '/login/{{user}}', capture: { token: 'token' }, first: true },
      { name: 'me', path: '/me/{{user}}', headers: { Authorization: 'T-{{user}}' }, weight: 3 },
      { name: 'you', path: '/you/{{user}}', headers: { Authorization: '{{token}}' }, weight: 1 },
    ],
  })
  const sample = await loadOpen(plan)
  expectReconciled(sample)
  expect(sample.steps.map(({ sent }) => sent)).toEqual([
    0,
    ...['me', 'you'].map((kind) => seen.get(kind) ?? 0),
  ])
  expect(sample.counts.ok).toBe(50)
  expect(wrong).toBe(0)
  expect(sample.logIns).toMatchObject({ users: 4, loggedIn: 4, shared: 0, refused: [] })
  expect(seen.get('login')).toBe(4)
})

it('goes on with its counters after a warm-up', async () => {
  const { url, paths } = await serveOk()
  const engine = createOpenLoop()
  const plan = openPlanFor(url, {
    generators: 2,
    variables: { n: { counter: true } },
    steps: [{ path: '/{{n}}' }],
  })
  const io = { signal: new AbortController().signal, env: {} }
  await engine.run(plan, io)
  await engine.run(plan, io)
  expect(paths).toHaveLength(120)
  expect(new Set(paths).size).toBe(120)
})

it('ends early when it is aborted, reconciled to what it had scheduled until then', async () => {
  const { url, paths } = await serveOk()
  const abort = new AbortController()
  const plan = openPlanFor(url, { stages: [{ seconds: 600, from: 200, to: 200 }] })
  const sample = await loadOpen(plan, { signal: abort.signal, onTick: () => abort.abort() })
  const { scheduled } = expectReconciled(sample)
  expect(scheduled).toBeGreaterThanOrEqual(200)
  expect(scheduled).toBeLessThan(600 * 200)
  expect(Math.abs(paths.length - sample.counts.sent)).toBeLessThanOrEqual(50)
  expect(sample.durationUs).toBeLessThan(600e6)
  expect(sample.intervals.every(({ seconds }) => seconds > 0)).toBe(true)
})

it('sends nothing when it was aborted before it began', async () => {
  const { url, paths } = await serveOk()
  const sample = await loadOpen(openPlanFor(url), { signal: AbortSignal.abort() })
  expect(expectReconciled(sample).scheduled).toBe(0)
  expect(sample.intervals).toEqual([])
  expect(paths).toEqual([])
})

it('loads an IPv6 address', needs(lackOfIpv6), async () => {
  const { url } = keep(await serveHttp((_request, response) => void response.end('ok'), '::1'))
  expect(url).toMatch(/^http:\/\/\[::1\]:/)
  const sample = await loadOpen(openPlanFor(url))
  expectReconciled(sample)
  expect(sample.counts.ok).toBe(60)
})

it.each(['127.0.0.1', 'localhost'])(
  'loads HTTPS with a certificate that nobody vouches for (%s)',
  needs(lackOfOpenssl),
  async (host) => {
    const server = keep(await serveHttps((request, response) => void response.end(`${request.headers.host}`)))
    const url = server.url.replace('127.0.0.1', host)
    const plan = openPlanFor(url, { steps: [{ path: '/', expect: { contains: `${new URL(url).host}` } }] })
    const sample = await loadOpen(plan)
    const { peakConnections } = expectReconciled(sample)
    expect(sample.errors).toEqual([])
    expect(sample.counts.ok).toBe(60)
    expect(server.handshakes()).toBeGreaterThanOrEqual(peakConnections)
  },
)

it('counts what an HTTPS load meets at a port that speaks no TLS', async () => {
  const { url } = await serveOk()
  const sample = await loadOpen(openPlanFor(url.replace('http:', 'https:')))
  expectReconciled(sample)
  expect(sample.counts).toMatchObject({ sent: 60, connectionError: 60 })
})

it('ends its generators when rungs is killed', async () => {
  const { url, server } = keep(await serveHttp(() => {}))
  const plan = openPlanFor(url, {
    generators: 2,
    maxConnections: 4,
    timeoutSeconds: 600,
    stages: [{ seconds: 600, from: 100, to: 100 }],
  })
  await killWhileLoading('open-loop', plan, server)
})
