import { describe, expect, it } from 'vitest'
import { send, until } from '../../helpers/http-client.js'
import { Connection } from './connection.js'
import { startServer } from './service.js'

describe('LIMIT_CONCURRENCY', () => {
  it('refuses what is too much, but not the observers, and recovers', async () => {
    const service = startServer({ LIMIT_CONCURRENCY: '2' })
    const url = await service.url()
    const busy = await Promise.all([Connection.open(url), Connection.open(url)])
    for (const connection of busy) {
      connection.write(
        'POST /api/reports/generate HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n',
      )
    }
    const refused = await until(
      () => send(url, '/api/simple'),
      (answer) => answer.status === 503,
    )
    expect(refused.headers['retry-after']).toBe('1')
    expect(refused.json.error.code).toBe('overloaded')
    for (const path of ['/health', '/ready', '/health/worker', '/metrics']) {
      expect((await send(url, path)).status).toBe(200)
    }
    for (const connection of busy) connection.write('{"rows":10}')
    for (const connection of busy) expect((await connection.answer()).status).toBe(200)
    expect((await send(url, '/api/simple')).status).toBe(200)
    const { text } = await send(url, '/metrics')
    expect(text).toMatch(/^http_requests_refused_total\{reason="limit"\} [1-9]/m)
    await service.stop()
  })

  it('gives the place of a client that went away to the next', async () => {
    const service = startServer({ LIMIT_CONCURRENCY: '1' })
    const url = await service.url()
    const gone = await Connection.open(url)
    gone.write(
      'POST /api/users HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    )
    await until(
      () => send(url, '/api/simple'),
      (answer) => answer.status === 503,
    )
    gone.socket.destroy()
    await until(
      () => send(url, '/api/simple'),
      (answer) => answer.status === 200,
    )
    await service.stop()
  })
})

describe('BODY_LIMIT', () => {
  it('is kept', async () => {
    const service = startServer({ BODY_LIMIT: '100' })
    const url = await service.url()
    const post = (size: number) =>
      send(url, '/api/reports/generate', { method: 'POST', body: { rows: 1, x: 'x'.repeat(size) } })
    expect((await post(10)).status).toBe(200)
    const { status, json } = await post(200)
    expect(status).toBe(413)
    expect(json.error.code).toBe('payload_too_large')
    await service.stop()
  })
})

describe('WORKER_TIMEOUT', () => {
  it('ends a process whose event loop is silent, with a line that says why', async () => {
    const service = startServer({
      WORKER_TIMEOUT: '4',
      NODE_OPTIONS: '--import ./test/integration/app/hang.mjs',
    })
    const url = await service.url()
    service.child.kill('SIGUSR2')
    expect(await service.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(service.output).toContain(
      `worker ${service.pid}: the event loop was silent for more than 4 s (WORKER_TIMEOUT)`,
    )
    expect(url).toBeTruthy()
  })

  it('lets an idle process live: silence of clients is not silence of the loop', async () => {
    const service = startServer({ WORKER_TIMEOUT: '4' })
    const url = await service.url()
    const { uptime_seconds: then } = (await send(url, '/health/worker')).json
    await until(
      async () => (await send(url, '/health/worker')).json.uptime_seconds as number,
      (now) => now > then + 8,
    )
    expect(await service.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('MAX_REQUESTS', () => {
  it('drains and exits 0 when so many are answered', async () => {
    const service = startServer({ MAX_REQUESTS: '20', KEEPALIVE: '1' })
    const url = await service.url()
    for (let asked = 0; asked < 20; asked++) expect((await send(url, '/api/simple')).status).toBe(200)
    expect(await service.exited).toEqual({ code: 0, signal: null })
    expect(service.output).toMatch(/"mode":"handover".*stopping: recycling after 2\d requests/)
  })
})
