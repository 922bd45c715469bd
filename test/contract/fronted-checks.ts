import { readFileSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { WebSocket } from 'undici'
import { expect, it } from 'vitest'
import type { BootedLevel } from '../helpers/booted-level.js'
import {
  CountingClient,
  everyWorker,
  PATIENCE_MS,
  REST_MS,
  send,
  until,
  workerPids,
} from '../helpers/http-client.js'

const CONNECTIONS = 8
/** Requests enough that an even spread shows as one. */
const REQUESTS = 300
/** Largest share by smallest. */
const MOST_UNEVEN = 1.2

/** What a level with a proxy before its nodes must hold beside all else, however it is run. */
export function frontedChecks(boot: () => BootedLevel, nodes: number): void {
  const url = () => boot().running.url
  const front = () => frontDir(boot())

  it('spreads requests evenly over the nodes', async () => {
    // The proxy asks the node with the fewest requests under way; one after the other, that is each in turn, however
    // long one of them is held up.
    await until(
      async () => {
        const before = await servedBy(url(), nodes)
        await load(url(), REQUESTS)
        const after = await servedBy(url(), nodes)
        const shares = [...after].map(([node, served]) => served - (before.get(node) ?? 0))
        return Math.max(...shares) / Math.min(...shares)
      },
      (uneven) => uneven <= MOST_UNEVEN,
    )
  })

  it('loses no more than what was in flight on a node that is killed, and takes it back', async () => {
    const victim: string = (await send(url(), '/health/worker')).json.node_id
    const client = new CountingClient(url(), '/api/simple', CONNECTIONS, REST_MS)
    await until(
      () => client.ok,
      (ok) => ok > 200,
    )
    const killedAt = performance.now()
    await boot().running.control('killNode', victim)
    await until(
      () => startOf(url(), victim),
      (start) => start > killedAt,
    )
    await client.stop()
    expect(client.lost.length).toBeLessThanOrEqual(CONNECTIONS)
  })

  it('believes no forwarded header of a client', async () => {
    const path = '/api/users/4242'
    await send(url(), path, {
      headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' },
    })
    const log = await until(
      async () => boot().running.lastLogLines(300),
      (lines) => lines.some((line) => line.includes(path)),
    )
    const line = log.find((one) => one.includes(path))
    expect(line).toContain('"ip":')
    expect(line).not.toContain('203.0.113.9')
  })

  it('passes WebSockets through', async () => {
    const socket = new WebSocket(`${url().replace('http', 'ws')}/ws`)
    const answer = await new Promise<unknown>((resolve, reject) => {
      socket.onopen = () => socket.send('ping')
      socket.onmessage = ({ data }) => resolve(data)
      socket.onerror = () => reject(new Error('the WebSocket failed'))
    })
    socket.close()
    expect(answer).toBe('ping')
  })

  it('refuses what is too large or malformed', async () => {
    const body = { email: 'a@example.org', name: 'x'.repeat(2 * 1_048_576) }
    expect((await send(url(), '/api/users', { method: 'POST', body })).status).toBe(413)
    const { status } = await send(url(), '/api/simple', { headers: { 'x-long': 'x'.repeat(64_000) } })
    expect(status).toBe(400)
    expect(await raw(url(), 'NONSENSE\r\n\r\n')).toMatch(/^(HTTP\/1\.1 400|<html>)/)
    expect(await raw(url(), 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n')).toMatch(/400/)
  })

  it('serves static files by itself', async () => {
    const answer = await send(url(), '/static/index.html')
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await send(url(), '/static/../nginx.conf')).status).toBe(404)
  })

  it('keeps a client on one node with SESSION_AFFINITY, and another client may have another', async () => {
    await setProxy({ SESSION_AFFINITY: 'true' })
    try {
      const nodesOf = new Set<string>()
      for (let client = 0; client < 12; client++) {
        const first = await send(url(), '/health/worker')
        const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
        for (let ask = 0; ask < 5; ask++) {
          const { json, headers } = await send(url(), '/health/worker', { headers: { cookie } })
          expect(json.node_id).toBe(first.json.node_id)
          expect(headers['set-cookie']).toBeUndefined()
        }
        nodesOf.add(first.json.node_id)
      }
      expect(nodesOf.size).toBeGreaterThan(1)
    } finally {
      await setProxy({ SESSION_AFFINITY: '' })
    }
  })

  it('serves TLS with a certificate of the authority that was made for it, and no other will do', async () => {
    const { TLS_PORT: port } = JSON.parse(readFileSync(join(front(), 'environment.json'), 'utf8'))
    const ca = readFileSync(join(front(), 'ca.crt'), 'utf8')
    expect(await secureStatus(Number(port), ca)).toBe(200)
    await expect(secureStatus(Number(port))).rejects.toThrow(/certificate|self.signed/)
  })

  it('takes a node more and one less, and switches to a second set', async () => {
    await boot().running.control('scale', nodes + 1)
    await everyWorker(url(), nodes + 1)
    await boot().running.control('scale', nodes)
    const first = await everyWorker(url(), nodes)
    await boot().running.control('switch')
    // From the moment that it says so.
    const second = await workerPids(url(), 2 * nodes)
    expect(second.filter((worker) => first.includes(worker))).toEqual([])
    await everyWorker(url(), nodes, first)
  })

  /** Changes settings of the proxy as an operator does: in the file, then by a reload. */
  async function setProxy(settings: Record<string, string>): Promise<void> {
    const file = join(front(), 'environment.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...settings }))
    await boot().running.control('reloadProxy')
    const wanted = Boolean(settings.SESSION_AFFINITY)
    // The old workers of nginx may answer for a moment yet.
    await until(
      () => Promise.all(Array.from({ length: 50 }, () => send(url(), '/api/simple'))),
      (answers) => answers.every(({ headers }) => Boolean(headers['set-cookie']) === wanted),
    )
  }
}

/** The folder of a level's own files, as the controls name it. */
export function frontDir({ running }: BootedLevel): string {
  return /FRONT_DIR=(\S+)/.exec(running.controls.reloadProxy ?? '')?.[1] ?? ''
}

/** When the process of a node started, on our clock (`performance.now`): in containers its pid tells nothing. */
export async function startOf(url: string, node: string): Promise<number> {
  const { json } = await until(
    () => send(url, '/health/worker', { withinMs: 5_000 }),
    (answer) => answer.json?.node_id === node,
  )
  return performance.now() - json.uptime_seconds * 1_000
}

/** Requests that each node says it has served, by its name. */
async function servedBy(url: string, nodes: number): Promise<Map<string, number>> {
  const served = new Map<string, number>()
  await until(
    async () => {
      const { json } = await send(url, '/health/worker')
      served.set(json.node_id, json.requests_served)
      return served.size
    },
    (size) => size === nodes,
  )
  return served
}

async function load(url: string, requests: number): Promise<void> {
  const client = new CountingClient(url, '/api/simple', 1)
  await until(
    () => client.ok,
    (ok) => ok >= requests,
  )
  await client.stop()
  expect(client.lost).toEqual([])
}

function secureStatus(port: number, ca?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/api/simple',
      agent: false as const,
      ...(ca ? { ca } : {}),
    }
    httpsRequest(options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

/** Sends bytes as they are, and gives all that comes back. */
function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('neither answered nor closed')))
  })
}
