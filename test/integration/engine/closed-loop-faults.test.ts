import { expect, it } from 'vitest'
import type { LoadPlan } from '../../../src/model/plan/load-plan.js'
import type { Sample } from '../../../src/model/run/sample.js'
import { decodeHistogram, percentiles } from '../../../src/stats/estimate/histogram.js'
import { until } from '../../helpers/http-client.js'
import {
  accounted,
  CONNECTIONS,
  keepOpen,
  load,
  loadUntil,
  planFor,
  serveHttp,
  serveTcp,
} from './loopback.js'

const keep = keepOpen()

/** So many requests that each connection has met several. */
const ENOUGH = 10 * CONNECTIONS

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** What must hold of every sample, whatever the server did. */
function expectConsistent(sample: Sample): void {
  const { counts, steps, intervals, errors } = sample
  expect(accounted(sample)).toBe(counts.sent)
  expect(steps.reduce((sum, { sent }) => sum + sent, 0)).toBe(counts.sent)
  expect(intervals.reduce((sum, { ok }) => sum + ok, 0)).toBe(counts.ok)
  const failed = counts.badStatus + counts.badBody + counts.timeout + counts.connectionError
  expect(intervals.reduce((sum, { errors }) => sum + errors, 0)).toBe(failed)
  expect(sample.censored).toBe(counts.timeout + counts.unfinished)
  expect(decodeHistogram(sample.histogram).totalCount).toBe(counts.ok + sample.censored)
  expect(errors.map(({ count }) => count)).toEqual(errors.map(({ count }) => count).sort((a, b) => b - a))
}

it('counts a mix of statuses as the server does', async () => {
  let [ok, failed] = [0, 0]
  const { url } = keep(
    await serveHttp((_request, response) => {
      const fails = (ok + failed) % 3 === 0
      if (fails) failed++
      else ok++
      response.writeHead(fails ? 500 : 200).end('x')
    }),
  )
  const sample = await loadUntil(planFor(url), () => ok + failed >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(sample.counts.badStatus).toBeGreaterThan(0)
  expect(sample.statuses).toEqual({ 200: sample.counts.ok, 500: sample.counts.badStatus })
  const count = sample.counts.badStatus
  expect(sample.errors).toEqual([
    {
      what: 'status 500',
      count,
      steps: [{ name: 'GET /', count }],
      example: { status: 500, text: 'x' },
    },
  ])
  // The server counted what came; what it answered after the end is among the unfinished.
  expect(ok + failed).toBeLessThanOrEqual(sample.counts.sent)
  expect(ok + failed).toBeGreaterThanOrEqual(sample.counts.sent - 4)
  expect(sample.counts.unfinished).toBeLessThanOrEqual(4)
})

it('takes a fast answer with the wrong body for an error', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.end('{"status":"down","n":1}')
    }),
  )
  const loadSome = (plan: LoadPlan) => {
    const before = n
    return loadUntil(plan, () => n >= before + ENOUGH)
  }
  const json = await loadSome(planFor(url, { steps: [{ path: '/', expect: { json: { status: 'up' } } }] }))
  expectConsistent(json)
  expect(json.counts.ok).toBe(0)
  expect(json.errors[0]?.what).toBe('body where status is not "up"')
  const text = await loadSome(planFor(url, { steps: [{ path: '/', expect: { contains: 'up' } }] }))
  expect(text.counts.badBody).toBe(text.counts.sent - text.counts.unfinished)
  const right = await loadSome(
    planFor(url, { steps: [{ path: '/', expect: { contains: 'down', json: { n: 1, status: 'down' } } }] }),
  )
  expect(right.counts.badBody).toBe(0)
  expect(right.counts.ok).toBeGreaterThan(0)
})

it('counts hung requests as timeouts, replaces their connections, and records their time as a lower bound', async () => {
  let n = 0
  let givenUp = 0
  const { url } = keep(
    await serveHttp((request, response) => {
      if (++n % 50 !== 0) response.end('ok')
      else request.socket.on('close', () => givenUp++)
    }),
  )
  const sample = await loadUntil(planFor(url, { timeoutSeconds: 0.2 }), () => givenUp > CONNECTIONS)
  expectConsistent(sample)
  expect(sample.counts.timeout).toBeGreaterThan(0)
  expect(sample.errors[0]?.what).toBe('timeout after 0.2 s')
  expect(percentiles(decodeHistogram(sample.histogram)).maxUs).toBeGreaterThanOrEqual(199_000)
  // The last ones may still lie in the server's sockets, and what a starved server had not read when its connection ended is lost.
  await until(
    () => n,
    (come) => come >= sample.counts.sent - CONNECTIONS,
  )
  expect(n).toBeLessThanOrEqual(sample.counts.sent)
})

it('counts what never came as unfinished', async () => {
  let n = 0
  const { url } = keep(await serveHttp(() => void n++))
  const sample = await loadUntil(planFor(url), () => n === CONNECTIONS)
  expectConsistent(sample)
  expect(sample.counts).toMatchObject({ sent: CONNECTIONS, unfinished: CONNECTIONS, ok: 0 })
  expect(n).toBe(CONNECTIONS)
})

it('opens a new connection after Connection: close, without an error and without losing a request', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.writeHead(200, { Connection: 'close' }).end('bye')
    }),
  )
  const sample = await loadUntil(planFor(url), () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(CONNECTIONS)
  expect(sample.errors).toEqual([])
  expect(n).toBeLessThanOrEqual(sample.counts.sent)
  expect(n).toBeGreaterThanOrEqual(sample.counts.sent - 4)
})

it('reads an HTTP/1.0 answer that ends with its connection', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket) => {
      n++
      socket.end('HTTP/1.0 200 OK\r\n\r\nall of it')
    }),
  )
  const plan = planFor(url, { steps: [{ path: '/', expect: { contains: 'all of it' } }] })
  const sample = await loadUntil(plan, () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(CONNECTIONS)
  expect(sample.errors).toEqual([])
})

it('counts each request whose connection was closed without an answer, once', async () => {
  let [answered, closed] = [0, 0]
  const { url } = keep(
    await serveTcp((socket, n) => {
      if (n % 2 === 0) {
        closed++
        socket.end()
      } else {
        answered++
        socket.write(OK)
      }
    }),
  )
  const sample = await loadUntil(planFor(url), () => answered + closed >= ENOUGH)
  expectConsistent(sample)
  expect(sample.errors.map(({ what }) => what)).toEqual(['closed without an answer'])
  expect(sample.counts.connectionError).toBeGreaterThan(CONNECTIONS)
  expect(Math.abs(closed - sample.counts.connectionError)).toBeLessThanOrEqual(4)
  expect(Math.abs(answered - sample.counts.ok)).toBeLessThanOrEqual(4)
})

it('counts an answer that is reset in the middle of its body as a connection error', async () => {
  let resets = 0
  const { url } = keep(
    await serveTcp((socket, n) => {
      if (n % 2 === 1) return void socket.write(OK)
      resets++
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy())
    }),
  )
  const sample = await loadUntil(planFor(url), () => resets >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(CONNECTIONS)
  expect(Math.abs(resets - sample.counts.connectionError)).toBeLessThanOrEqual(4)
  // Which of them depends on whether it had read the first half when the reset came.
  const told = ['ECONNRESET', 'closed in the middle of an answer']
  expect(told).toEqual(expect.arrayContaining(sample.errors.map(({ what }) => what)))
})

it('counts an answer that is cut off by a regular close as a connection error', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
    }),
  )
  const sample = await loadUntil(planFor(url), () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBe(0)
  expect(sample.errors[0]?.what).toBe('closed in the middle of an answer')
})

it('reads chunked and slow bodies to their end', async () => {
  let slowOnes = 0
  const { url } = keep(
    await serveHttp((request, response) => {
      response.write('first ')
      if (request.url !== '/slow') return void response.end('last')
      slowOnes++
      setTimeout(() => response.end('last'), 30)
    }),
  )
  const steps = ['/chunked', '/slow'].map((path) => ({ path, expect: { contains: 'first last' } }))
  const sample = await loadUntil(planFor(url, { steps }), () => slowOnes >= ENOUGH)
  expectConsistent(sample)
  expect(sample.errors).toEqual([])
  expect(sample.steps.map(({ ok }) => ok > 0)).toEqual([true, true])
  const slow = percentiles(decodeHistogram(sample.steps[1]?.histogram ?? ''))
  expect(slow.p50Us).toBeGreaterThanOrEqual(28_000)
})

it('reads chunks behind another transfer coding', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n')
    }),
  )
  const sample = await loadUntil(planFor(url), () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.errors).toEqual([])
  expect(sample.counts.ok).toBeGreaterThan(CONNECTIONS)
})

it('understands a character that is split over two reads', async () => {
  const body = Buffer.from('{"name":"Grüße 👋"}')
  const cut = body.indexOf(Buffer.from('👋')) + 2
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      socket.setNoDelay(true)
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
      socket.write(body.subarray(0, cut))
      setTimeout(() => socket.write(body.subarray(cut)), 5)
    }),
  )
  const plan = planFor(url, { steps: [{ path: '/', expect: { json: { name: 'Grüße 👋' } } }] })
  const sample = await loadUntil(plan, () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(sample.errors).toEqual([])
})

it('does not take early hints or surplus data for an answer', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'
  let hinted = 0
  const early = keep(
    await serveTcp((socket, count) => {
      hinted = count
      socket.write(hints + OK)
    }),
  )
  const sample = await loadUntil(planFor(early.url), () => hinted >= ENOUGH)
  expectConsistent(sample)
  expect(sample.statuses).toEqual({ 200: sample.counts.ok })
  for (const tail of [OK, OK.slice(0, 20), 'HTTP']) {
    let n = 0
    const { url } = keep(
      await serveTcp((socket) => {
        n++
        socket.write(OK + tail)
      }),
    )
    const surplus = await loadUntil(planFor(url), () => n >= ENOUGH)
    expect(accounted(surplus)).toBe(surplus.counts.sent)
    expect(surplus.counts.ok).toBeLessThanOrEqual(n)
    expect(surplus.counts.ok).toBeGreaterThan(CONNECTIONS)
    expect(surplus.errors.map(({ what }) => what)).toEqual(['data after the end of an answer'])
  }
})

it('knows that the answer to HEAD has no body', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')
    }),
  )
  const sample = await loadUntil(planFor(url, { steps: [{ method: 'HEAD', path: '/' }] }), () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts.ok).toBeGreaterThan(CONNECTIONS)
})

it('waits for no body of a 204 or 304, whatever length they state', async () => {
  const steps = [{ path: '/', expect: { status: [204, 304] } }]
  for (const status of [204, 304]) {
    let n = 0
    const { url } = keep(
      await serveTcp((socket, count) => {
        n = count
        socket.write(`HTTP/1.1 ${status} Nothing\r\nContent-Length: 5\r\n\r\n`)
      }),
    )
    const sample = await loadUntil(planFor(url, { steps }), () => n >= ENOUGH)
    expectConsistent(sample)
    expect(sample.statuses).toEqual({ [status]: sample.counts.ok })
    expect(sample.errors).toEqual([])
  }
})

it('calls an answer that is no HTTP a connection error', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      socket.write('SSH-2.0-OpenSSH_9.2\r\n')
    }),
  )
  const sample = await loadUntil(planFor(url), () => n >= ENOUGH)
  expectConsistent(sample)
  expect(sample.counts).toMatchObject({ ok: 0 })
  expect(sample.errors[0]?.what).toBe('answer that is no HTTP')
})

it('goes on counting when the server dies in the middle', async () => {
  let n = 0
  const server = await serveHttp((_request, response) => {
    if (++n === 50) void server.close()
    else response.end('ok')
  })
  const sample = await load(planFor(server.url, { durationSeconds: 10 }))
  expectConsistent(sample)
  expect(sample.counts.ok).toBeLessThanOrEqual(n)
  expect(sample.counts.ok).toBeGreaterThanOrEqual(50 - 1 - CONNECTIONS)
  expect(sample.counts.connectionError).toBeGreaterThan(0)
})

it('tries a refused port with growing pauses, and gives up after 2 s', async () => {
  const server = await serveHttp(() => {})
  await server.close()
  const sample = await load(planFor(server.url, { durationSeconds: 60 }))
  expectConsistent(sample)
  expect(sample.errors[0]?.what).toBe('ECONNREFUSED')
  expect(sample.counts.ok).toBe(0)
  // 4 connections: without pauses this would be thousands.
  expect(sample.counts.sent).toBeLessThan(100)
  expect(sample.durationUs).toBeLessThan(60e6)
})

it('does not follow redirects', async () => {
  const paths = new Set<string | undefined>()
  const { url } = keep(
    await serveHttp((request, response) => {
      paths.add(request.url)
      response.writeHead(302, { Location: '/elsewhere' }).end()
    }),
  )
  const sample = await loadUntil(planFor(url), () => paths.size > 0)
  expectConsistent(sample)
  expect(paths).toEqual(new Set(['/']))
  expect(sample.counts.badStatus).toBe(sample.counts.sent - sample.counts.unfinished)
})
