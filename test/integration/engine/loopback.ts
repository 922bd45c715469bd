import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, expect } from 'vitest'
import { createClosedLoop } from '../../../src/engine/closed/closed-loop.js'
import type { EngineIo } from '../../../src/engine/engine.js'
import { createOpenLoop } from '../../../src/engine/open/open-loop.js'
import type { RowFile } from '../../../src/model/data/rows.js'
import type { LoadPlan, OpenLoadPlan } from '../../../src/model/plan/load-plan.js'
import type { Sample } from '../../../src/model/run/sample.js'
import { until } from '../../helpers/http-client.js'

/** What a test's server listens on, and how it is closed with all its connections. */
export interface Loopback {
  readonly url: string
  close(): Promise<void>
}

/** Gives what keeps servers open until the end of each test. */
export function keepOpen(): <T extends Loopback>(server: T) => T {
  const open: Loopback[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()))
  })
  return (server) => {
    open.push(server)
    return server
  }
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A data file of one column. */
export function csvOf(column: string, values: readonly string[]): RowFile {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-rows-'))
  folders.push(folder)
  const file = join(folder, 'rows.csv')
  writeFileSync(file, [column, ...values].join('\n'))
  return { file, kind: 'csv', columns: [column] }
}

/** A plan whose values are of every type, and a service whose answers are compressed; `check` looks at what was sent. */
export async function typedExchange() {
  const sent = new Set<string>()
  const server = await serveHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (request.method === 'POST') sent.add(`${request.url} ${body}`)
    const answer = gzipSync('{"id":9007199254740993,"active":true}')
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': answer.length }).end(answer)
  })
  const plan: Pick<LoadPlan, 'steps' | 'values'> = {
    values: { big: 9007199254740995n, off: false },
    steps: [
      {
        path: '/',
        expect: { json: { id: 9007199254740993n, active: true } },
        capture: { id: 'id', on: 'active' },
      },
      { method: 'POST', path: '/{{id}}', body: { id: '{{id}}', on: ['{{on}}', '{{off}}'], big: '{{big}}' } },
      { method: 'POST', path: '/bytes', body: Buffer.from('{{raw}}') },
    ],
  }
  const check = () =>
    expect(sent).toEqual(
      new Set([
        '/9007199254740993 {"id":9007199254740993,"on":[true,false],"big":9007199254740995}',
        '/bytes {{raw}}',
      ]),
    )
  return { server, plan, sent, check }
}

/** A service whose answers have a head of so many bytes. */
export function serveBigHeads(bytes: number) {
  return serveHttp((_request, response) => response.writeHead(200, { 'x-big': 'x'.repeat(bytes) }).end('ok'))
}

export async function serveHttp(
  handle: RequestListener,
  host = '127.0.0.1',
): Promise<Loopback & { server: Server }> {
  const server = createHttp(handle)
  server.on('clientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    server,
    url: urlOf(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Serves HTTPS with a certificate of its own making, and counts the TLS connections that were established. */
export async function serveHttps(handle: RequestListener): Promise<Loopback & { handshakes: () => number }> {
  const server = createHttps(selfSigned(), handle)
  let handshakes = 0
  server.on('secureConnection', () => handshakes++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: urlOf(server.address() as AddressInfo).replace('http:', 'https:'),
    handshakes: () => handshakes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function selfSigned(): { key: Buffer; cert: Buffer } {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-tls-'))
  try {
    const [keyout, out] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const args = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const files = ['-subj', '/CN=rungs.invalid', '-keyout', keyout, '-out', out]
    execFileSync('openssl', ['req', '-x509', ...args, ...files], { stdio: ['ignore', 'ignore', 'pipe'] })
    return { key: readFileSync(keyout), cert: readFileSync(out) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export const lackOfIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)
  ? null
  : 'this machine has no IPv6 loopback address'

/** Calls `onRequest` once for every request head that arrives on a plain socket; bodies are not expected. */
export async function serveTcp(onRequest: (socket: Socket, n: number) => void): Promise<Loopback> {
  const sockets = new Set<Socket>()
  let n = 0
  const server = createTcp((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        text = text.slice(end + 4)
        onRequest(socket, ++n)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: urlOf(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`
}

/** Of a closed loop, unless it is changed: more answers than that are more than one of each. */
export const CONNECTIONS = 4

export function planFor(baseUrl: string, changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    baseUrl,
    steps: [{ path: '/' }],
    variables: {},
    values: {},
    connections: CONNECTIONS,
    durationSeconds: 0.6,
    // However long a busy machine takes to answer.
    timeoutSeconds: 60,
    generators: 1,
    seed: 7,
    ...changes,
  }
}

export type Loading = Partial<Omit<EngineIo, 'env'>>

export function load(plan: LoadPlan, { signal, ...told }: Loading = {}): Promise<Sample> {
  return createClosedLoop().run(plan, { signal: signal ?? new AbortController().signal, env: {}, ...told })
}

/** Loads for as long as it takes until `holds`. */
export async function loadUntil(plan: LoadPlan, holds: () => boolean): Promise<Sample> {
  const enough = new AbortController()
  const look = setInterval(() => {
    if (holds()) enough.abort()
  }, 5)
  try {
    return await load({ ...plan, durationSeconds: 600 }, { signal: enough.signal })
  } finally {
    clearInterval(look)
  }
}

/** An open load of 100 requests a second, unless it is changed. */
export function openPlanFor(baseUrl: string, changes: Partial<OpenLoadPlan> = {}): OpenLoadPlan {
  const { connections: _, durationSeconds, ...common } = planFor(baseUrl)
  return {
    ...common,
    arrival: 'uniform',
    stages: [{ seconds: durationSeconds, from: 100, to: 100 }],
    leadInSeconds: 0,
    maxConnections: 50,
    ...changes,
  }
}

export function loadOpen(plan: OpenLoadPlan, { signal, ...told }: Loading = {}): Promise<Sample> {
  return createOpenLoop().run(plan, { signal: signal ?? new AbortController().signal, env: {}, ...told })
}

/** The sum of all outcomes, which must be what was sent; and of the parts of the sample that must agree with it. */
export function accounted({ counts }: Sample): number {
  const { ok, badStatus, badBody, timeout, connectionError, unfinished } = counts
  return ok + badStatus + badBody + timeout + connectionError + unfinished
}

const FACTORIES = { 'closed-loop': 'createClosedLoop', 'open-loop': 'createOpenLoop' } as const

/** Kills a process in the midst of a load of 4 connections that it makes; returns when its generators are gone too. */
export async function killWhileLoading(
  engine: keyof typeof FACTORIES,
  plan: LoadPlan | OpenLoadPlan,
  server: Server,
): Promise<void> {
  const connections = new Set<unknown>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  const module = pathToFileURL(`dist/src/engine/${engine.replace('-loop', '')}/${engine}.js`).href
  const code = `import { ${FACTORIES[engine]} as create } from ${JSON.stringify(module)}
    await create().run(${JSON.stringify(plan)}, { signal: new AbortController().signal, env: {} })`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
  await until(
    () => connections.size,
    (size) => size === 4,
  )
  parent.kill('SIGKILL')
  await until(
    () => connections.size,
    (size) => size === 0,
  )
}
