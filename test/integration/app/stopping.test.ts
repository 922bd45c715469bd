import { describe, expect, it } from 'vitest'
import { until } from '../../helpers/http-client.js'
import { Connection } from './connection.js'
import { type Service, startServer } from './service.js'

const BODY = '{"rows":10}'
const HEAD = `POST /api/reports/generate HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`

/** A request that is in flight until the test sends the rest of its body. */
async function startRequest(service: Service, url: string): Promise<Connection> {
  const connection = await Connection.open(url)
  connection.write(HEAD)
  await inFlight(url, 2)
  expect(service.child.exitCode).toBeNull()
  return connection
}

/** Waits until so many requests are in flight, the asking one included. */
async function inFlight(url: string, count: number): Promise<void> {
  const asking = await Connection.open(url)
  await until(
    async () => {
      asking.get('/metrics')
      return (await asking.answer()).body
    },
    (body) => body.includes(`http_requests_in_flight ${count}\n`),
  )
  asking.socket.destroy()
}

async function idle(url: string): Promise<Connection> {
  const connection = await Connection.open(url)
  connection.get('/api/simple')
  expect((await connection.answer()).head).toContain('connection: keep-alive')
  return connection
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('answers what is in flight, refuses what is new, and exits 0', async () => {
    const service = startServer({ KEEPALIVE: '60' })
    const url = await service.url()
    const busy = await startRequest(service, url)
    const kept = await idle(url)
    const observer = await idle(url)
    service.child.kill(signal)
    await service.prints(/"msg":"stopping: SIG/)

    await expect(Connection.open(url)).rejects.toThrow('ECONNREFUSED')
    kept.get('/api/simple')
    const refused = await kept.answer()
    expect(refused.status).toBe(503)
    expect(refused.head).toMatch(/retry-after: 1\r\n/)
    expect(refused.head).toMatch(/connection: close/)
    expect(JSON.parse(refused.body).error.code).toBe('draining')
    await kept.closed()
    observer.get('/ready')
    const readiness = await observer.answer()
    expect(readiness.status).toBe(503)
    expect(JSON.parse(readiness.body).checks.service).toBe('stopping')

    busy.write(BODY)
    const answered = await busy.answer()
    expect(answered.status).toBe(200)
    expect(answered.head).toMatch(/connection: close/)
    expect(JSON.parse(answered.body).rows).toBe(10)
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })
})

describe('a deadline', () => {
  it('cuts what does not end, says so, and exits 1', async () => {
    const service = startServer({ GRACEFUL_TIMEOUT: '1' })
    const busy = await startRequest(service, await service.url())
    expect(await service.stop()).toEqual({ code: 1, signal: null })
    expect(service.output).toContain('GRACEFUL_TIMEOUT (1 s) is over: cut 1 requests')
    await busy.closed()
  })
})

describe('handover', () => {
  it('answers each kept connection once more, as ever, and closes it by that answer', async () => {
    const service = startServer({ DRAIN_MODE: 'handover', KEEPALIVE: '60' })
    const url = await service.url()
    const busy = await startRequest(service, url)
    const kept = await idle(url)
    const other = await idle(url)
    service.child.kill('SIGTERM')
    await service.prints(/"mode":"handover".*stopping/)

    busy.write(BODY)
    expect((await busy.answer()).head).toMatch(/connection: close/)
    for (const connection of [kept, other]) {
      // Not cut although idle, and nothing else is in flight.
      expect(service.child.exitCode).toBeNull()
      connection.get('/api/simple')
      const answer = await connection.answer()
      expect(answer.status).toBe(200)
      expect(answer.head).toMatch(/connection: close/)
      await connection.closed()
    }
    // Long before the keep-alive time: nobody is left to wait for.
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  it('leaves an idle connection the keep-alive time that its client was told, then goes', async () => {
    const service = startServer({ DRAIN_MODE: 'handover', KEEPALIVE: '1' })
    const url = await service.url()
    const kept = await idle(url)
    const unused = await Connection.open(url)
    service.child.kill('SIGTERM')
    await Promise.all([kept.closed(), unused.closed()])
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })
})

describe('the shutdown message of a process manager', () => {
  it('is the same as a signal', async () => {
    const { fork } = await import('node:child_process')
    const child = fork('dist/src/app/server.js', {
      env: { ...process.env, PORT: '0', LOG_LEVEL: 'silent', NODE_ENV: '' },
    })
    const ready = await new Promise((resolve) => child.once('message', resolve))
    expect(ready).toBe('ready')
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    child.send('shutdown')
    expect(await exited).toEqual({ code: 0, signal: null })
  })
})
