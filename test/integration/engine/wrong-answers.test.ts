import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { RequestSpec } from '../../../src/model/plan/scenario.js'
import type { Sample } from '../../../src/model/run/sample.js'
import {
  accounted,
  keepOpen,
  loadOpen,
  loadUntil,
  openPlanFor,
  planFor,
  serveHttp,
  serveTcp,
} from './loopback.js'

const keep = keepOpen()

/** The same under both loops. */
async function underBoth(url: string, steps: RequestSpec[], served: () => number): Promise<Sample[]> {
  const before = served()
  const closed = await loadUntil(planFor(url, { steps }), () => served() >= before + 5 * steps.length)
  // One user, who takes all steps in turn.
  return [closed, await loadOpen(openPlanFor(url, { steps, maxConnections: 1 }))]
}

it('keeps of each kind of wrong answer its step, and status, Location and body of one', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp((request, response) => {
      n++
      if (request.url === '/old') response.writeHead(302, { Location: '/new' }).end()
      else if (request.url === '/') response.end('ok')
      else response.writeHead(422).end(`{"detail":"\u001b[2Jno email"}${' '.repeat(300)}`)
    }),
  )
  const steps: RequestSpec[] = [
    { path: '/' },
    { name: 'moved', path: '/old' },
    { method: 'POST', path: '/users' },
  ]
  for (const sample of await underBoth(url, steps, () => n)) {
    expect(sample.counts.ok).toBeGreaterThan(0)
    const kinds = Object.fromEntries(sample.errors.map((kind) => [kind.what, kind]))
    expect(kinds).toMatchObject({
      'status 302': { steps: [{ name: 'moved' }], example: { status: 302, location: '/new' } },
      'status 422': {
        steps: [{ name: 'POST /users' }],
        example: { status: 422, text: '{"detail":"no email"}…' },
      },
    })
    expect(sample.errors.reduce((sum, { count }) => sum + count, 0)).toBe(sample.counts.badStatus)
  }
})

const HEAD = 'HTTP/1.1 200 OK\r\n'
const BODY = 'Content-Length: 2\r\n\r\nok'

/** By their paths: what is no HTTP, and statuses that nothing asked for. */
const MALFORMED: Readonly<Record<string, string>> = {
  '/lf': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  '/two-lengths': `${HEAD}Content-Length: 2\r\n${BODY}`,
  '/length-and-chunks': `${HEAD}Content-Length: 11\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  '/space': `${HEAD}X-Bad : 1\r\n${BODY}`,
  '/folded': `${HEAD}X-Fold: a\r\n b\r\n${BODY}`,
  '/control': `${HEAD}X-Bad: a\u0001b\r\n${BODY}`,
  '/other': `ICY 200 OK\r\n${BODY}`,
}
const UNASKED: Readonly<Record<string, string>> = {
  '/100': `HTTP/1.1 100 Continue\r\n\r\n${HEAD}${BODY}`,
  '/101': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
}

it('has one verdict on what is no HTTP, in both loops', async () => {
  let n = 0
  const { url } = keep(
    await serveHttp(({ url = '', socket }) => {
      n++
      socket.write(MALFORMED[url] ?? UNASKED[url] ?? HEAD + BODY, 'latin1')
    }),
  )
  const steps = [...Object.keys(MALFORMED), ...Object.keys(UNASKED)].map((path) => ({ path }))
  const namesOf = (paths: object) => Object.keys(paths).map((path) => `GET ${path}`)
  for (const sample of await underBoth(url, steps, () => n)) {
    expect(sample.counts.ok).toBe(0)
    const steps = Object.fromEntries(
      sample.errors.map((kind) => [kind.what, kind.steps?.map(({ name }) => name).sort()]),
    )
    expect(steps).toEqual({
      'answer that is no HTTP': namesOf(MALFORMED).sort(),
      'answer 100 or 101 that no request asked for': namesOf(UNASKED),
    })
    expect(sample.errors.find(({ what }) => what.includes('no HTTP'))?.example?.text).toEqual(
      expect.any(String),
    )
  }
})

it('names the race with a server that gives up an idle connection as its next request comes', async () => {
  let n = 0
  const { url } = keep(
    await serveTcp((socket, count) => {
      n = count
      // Whoever comes back after an answer finds the connection closed.
      if (socket.bytesWritten > 0) socket.resetAndDestroy()
      else socket.write(HEAD + BODY)
    }),
  )
  const steps = [{ path: '/', thinkSeconds: 0.6 }]
  const closed = await loadUntil(planFor(url, { steps, durationSeconds: 60 }), () => n >= 8)
  const open = await loadOpen(
    openPlanFor(url, {
      steps: [{ path: '/' }],
      maxConnections: 1,
      stages: [{ seconds: 5, from: 1.5, to: 1.5 }],
    }),
  )
  for (const { errors } of [closed, open]) {
    // Where the machine is too busy to see at once that the connection has ended, it is told as its end alone.
    const race = errors.find(({ what }) => what.includes('keep-alive race'))
    expect(race?.example?.idleSeconds).toBeGreaterThanOrEqual(0.5)
  }
})

/** In a process that may open so few files: both loops, from the built files. */
const FEW_FILES = `
const [closed, open, url] = process.argv.slice(1)
const { createClosedLoop } = await import(closed)
const { createOpenLoop } = await import(open)
const common = { baseUrl: url, steps: [{ path: '/' }], variables: {}, values: {}, timeoutSeconds: 1, generators: 1, seed: 1 }
const io = { signal: new AbortController().signal, env: {} }
const samples = [
  await createClosedLoop().run({ ...common, connections: 100, durationSeconds: 1 }, io),
  await createOpenLoop().run({ ...common, arrival: 'uniform', stages: [{ seconds: 1, from: 100, to: 100 }], leadInSeconds: 0, maxConnections: 100 }, io),
]
console.log(JSON.stringify(samples))
process.exit(0)
`

it('never counts what it could not open among the errors of the service', async () => {
  // Every request holds its connection, so that each needs one of its own.
  const { url } = keep(await serveHttp(() => {}))
  const built = ['closed/closed-loop', 'open/open-loop'].map(
    (name) => `${process.cwd()}/dist/src/engine/${name}.js`,
  )
  const node = [process.execPath, '--input-type=module', '-e', FEW_FILES, ...built, url]
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 60 && exec "$@"', 'sh', ...node])
  const [closed, open] = JSON.parse(stdout) as [Sample, Sample]
  for (const sample of [closed, open]) {
    expect(sample.generator.limits).toEqual([{ what: 'EMFILE', count: expect.any(Number) }])
    expect(sample.errors.filter(({ what }) => what === 'EMFILE')).toEqual([])
    expect(sample.counts.connectionError).toBe(0)
    expect(accounted(sample)).toBe(sample.counts.sent)
  }
  const { scheduled = 0, unsent = 0 } = open.open ?? {}
  expect(open.generator.limits?.[0]?.count).toBe(scheduled - unsent - open.counts.sent)
})
