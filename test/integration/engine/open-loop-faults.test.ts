import { expect, it } from 'vitest'
import { decodeHistogram, percentiles } from '../../../src/stats/estimate/histogram.js'
import { keepOpen, loadOpen, openPlanFor, serveHttp, serveTcp } from './loopback.js'
import { expectReconciled } from './reconciled.js'

const keep = keepOpen()

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

it('counts statuses and bodies that are not as expected', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.writeHead(n % 3 === 0 ? 500 : 200).end(n % 2 === 0 ? '{"up":1}' : '{"up":0}')
    }),
  )
  const sample = await loadOpen(openPlanFor(url, { steps: [{ path: '/', expect: { json: { up: 1 } } }] }))
  expectReconciled(sample)
  expect(sample.counts).toMatchObject({ sent: 60, badStatus: 20, badBody: 20, ok: 20 })
  expect(n).toBe(60)
  expect(sample.statuses).toEqual({ 200: 40, 500: 20 })
})

it('counts hung requests as timeouts and replaces their connections', async () => {
  let n = 0
  let hung = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      if (++n % 10 === 0) hung++
      else response.end('ok')
    }),
  )
  const sample = await loadOpen(openPlanFor(url, { timeoutSeconds: 4, maxConnections: 10 }))
  const facts = expectReconciled(sample)
  expect(hung).toBeGreaterThan(0)
  // On a busy machine others may be late as well, and the last one be handed over behind the schedule's end, and not time out.
  const { sent, ok, timeout, unfinished } = sample.counts
  expect(timeout + unfinished).toBeGreaterThanOrEqual(hung)
  expect(timeout).toBeGreaterThan(0)
  expect(ok).toBe(sent - timeout - unfinished)
  expect(sample.errors).toMatchObject([{ what: 'timeout after 4 s', count: sample.counts.timeout }])
  expect(percentiles(decodeHistogram(facts.serviceHistogram)).maxUs).toBeGreaterThanOrEqual(3_999_000)
})

it('waits after the schedule for what is in flight, and no longer than the time limit', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      if (n > 55) setTimeout(() => response.end('late'), 300)
      else response.end('ok')
    }),
  )
  const late = await loadOpen(openPlanFor(url))
  expectReconciled(late)
  expect(late.counts).toMatchObject({ sent: 60, ok: 60, unfinished: 0 })
  const never = keep(await serveHttp(() => {}))
  const sample = await loadOpen(openPlanFor(never.url, { timeoutSeconds: 1, maxConnections: 5 }))
  const { unsent } = expectReconciled(sample)
  expect(sample.counts.ok).toBe(0)
  expect(unsent + sample.counts.timeout + sample.counts.unfinished).toBe(60)
})

it('opens a new connection after Connection: close, without an error and without losing a request', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      n++
      response.writeHead(200, { Connection: 'close' }).end('bye')
    }),
  )
  const sample = await loadOpen(openPlanFor(url, { maxConnections: 2 }))
  expectReconciled(sample)
  expect(sample.counts.ok).toBe(60)
  expect(sample.errors).toEqual([])
  expect(n).toBe(60)
})

/** What the server saw of requests whose paths are `/1`, `/2`, …: none twice, whatever became of it. */
const numbered = { variables: { n: { counter: true as const } }, steps: [{ path: '/{{n}}' }] }

it.each([50, 1])(
  'counts each request that got a FIN and no answer, and never sends one again (%i)',
  async (maxConnections) => {
    const seen: string[] = []
    let closed = 0
    const { url } = keep(
      await serveHttp((request, response) => {
        seen.push(request.url ?? '')
        if (seen.length % 2 === 1) response.end('ok')
        else {
          closed++
          request.socket.end()
        }
      }),
    )
    const sample = await loadOpen(openPlanFor(url, { ...numbered, maxConnections }))
    expectReconciled(sample)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(60)
    expect(sample.counts).toMatchObject({ sent: 60, connectionError: closed, ok: 60 - closed })
    expect(sample.errors).toMatchObject([{ what: 'closed without an answer', count: closed }])
  },
)

it('sends nothing twice and loses nothing when a server closes idle connections', async () => {
  let answers = 0
  const { url } = keep(
    await serveTcp((socket) => {
      answers++
      socket.write(OK)
      // About when the next request comes.
      setTimeout(() => socket.end(), 10)
    }),
  )
  const sample = await loadOpen(openPlanFor(url))
  expectReconciled(sample)
  expect(sample.counts.sent).toBe(60)
  expect(sample.counts.ok).toBeLessThanOrEqual(answers)
  expect(sample.counts.ok + sample.counts.connectionError).toBe(60)
  expect(answers).toBeLessThanOrEqual(60)
})

it('counts resets and cut-off answers as connection errors', async () => {
  let resets = 0
  const { url } = keep(
    await serveTcp((socket, n) => {
      if (n % 3 === 1) socket.write(OK)
      else if (n % 3 === 2) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
      else {
        resets++
        socket.resetAndDestroy()
      }
    }),
  )
  const sample = await loadOpen(openPlanFor(url))
  expectReconciled(sample)
  expect(sample.counts).toMatchObject({ sent: 60, ok: 20, connectionError: 40 })
  expect(Object.fromEntries(sample.errors.map(({ what, count }) => [what, count]))).toEqual({
    'closed in the middle of an answer': 20,
    ECONNRESET: resets,
  })
})

it('reads chunked and slow bodies, split characters, early hints and answers that end with their connection', async () => {
  const body = Buffer.from('{"name":"Grüße 👋"}')
  const cut = body.indexOf(Buffer.from('👋')) + 2
  const { url } = keep(
    await serveTcp((socket, n) => {
      if (n % 2 === 0) {
        socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), body]))
        return
      }
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${cut.toString(16)}\r\n`)
      socket.write(body.subarray(0, cut))
      setTimeout(() => {
        socket.write(`\r\n${(body.length - cut).toString(16)}\r\n`)
        socket.write(body.subarray(cut))
        socket.write('\r\n0\r\n\r\n')
      }, 20)
    }),
  )
  const sample = await loadOpen(
    openPlanFor(url, { steps: [{ path: '/', expect: { json: { name: 'Grüße 👋' } } }] }),
  )
  expectReconciled(sample)
  expect(sample.errors).toEqual([])
  expect(sample.counts.ok).toBe(60)
  expect(sample.statuses).toEqual({ 200: 60 })
})

it('sends bodies and headers as the closed loop does, and keeps connections through HEAD', async () => {
  const sockets = new Set<unknown>()
  const seen = new Set<string>()
  const { url } = keep(
    await serveHttp(async (request, response) => {
      sockets.add(request.socket)
      let text = ''
      for await (const chunk of request) text += chunk
      const { 'content-type': type, 'content-length': length, 'x-name': name } = request.headers
      seen.add(
        [request.method, request.url, type, length, Buffer.from(String(name), 'latin1'), text].join(' '),
      )
      response.end()
    }),
  )
  const sample = await loadOpen(
    openPlanFor(`${url}/base/`, {
      maxConnections: 1,
      steps: [
        { method: 'POST', path: '/café x', body: { name: 'Zoë' }, headers: { 'X-Name': 'Zoë' } },
        { method: 'PUT', path: '/empty' },
        { method: 'HEAD', path: '/head' },
      ],
    }),
  )
  expectReconciled(sample)
  expect(sample.counts.ok).toBe(60)
  expect(seen).toEqual(
    new Set([
      'POST /base/caf%C3%A9%20x application/json 15 Zoë {"name":"Zoë"}',
      'PUT /base/empty  0 undefined ',
      'HEAD /base/head   undefined ',
    ]),
  )
  expect(sockets.size).toBe(1)
})

it('waits for no body of a 204 or 304, whatever length they state', async () => {
  const steps = [{ path: '/', expect: { status: [204, 304] } }]
  const { url } = keep(
    await serveTcp((socket, n) => {
      socket.write(`HTTP/1.1 ${n % 2 === 0 ? 204 : 304} Nothing\r\nContent-Length: 5\r\n\r\n`)
    }),
  )
  const sample = await loadOpen(openPlanFor(url, { steps }))
  expectReconciled(sample)
  expect(sample.errors).toEqual([])
  expect(sample.counts.ok).toBe(60)
})

it('goes on when the server dies in the middle', async () => {
  let n = 0
  const server = await serveHttp((_request, response) => {
    if (++n === 30) void server.close()
    else response.end('ok')
  })
  const sample = await loadOpen(openPlanFor(server.url))
  expectReconciled(sample)
  // What had been answered but not read when the connections were torn down is lost.
  expect(sample.counts.ok).toBeLessThanOrEqual(29)
  expect(sample.counts.ok).toBeGreaterThan(0)
  expect(sample.counts.connectionError).toBe(60 - sample.counts.ok)
})

it('tries a refused port once a request, and gives up after 2 s', async () => {
  const server = await serveHttp(() => {})
  await server.close()
  const plan = openPlanFor(server.url, { stages: [{ seconds: 60, from: 100, to: 100 }] })
  const sample = await loadOpen(plan)
  const { scheduled } = expectReconciled(sample)
  expect(sample.errors[0]?.what).toBe('ECONNREFUSED')
  expect(sample.counts.connectionError).toBe(sample.counts.sent - sample.counts.unfinished)
  expect(scheduled).toBeGreaterThanOrEqual(200)
  expect(scheduled).toBeLessThan(6_000)
})
