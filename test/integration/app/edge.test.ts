import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'undici'
import { afterAll, afterEach, expect, it } from 'vitest'
import { send } from '../../helpers/http-client.js'
import { type Service, startServer } from './service.js'

const dir = mkdtempSync(join(tmpdir(), 'rungs-edge-'))
const started: Service[] = []

afterEach(async () => {
  for (const service of started.splice(0)) await service.stop('SIGKILL')
})
afterAll(() => {
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
})

function start(env: Record<string, string>): Service {
  const service = startServer({ REQUEST_LOG: 'true', ...env })
  started.push(service)
  return service
}

const FORGED = { 'x-forwarded-for': '203.0.113.9' }

function getThrough(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/api/simple', headers: FORGED, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

it('listens on a Unix socket, also where a killed process left one, and believes whoever comes through it', async () => {
  const socket = join(dir, 'app.sock')
  const first = start({ SOCKET: socket, TRUST_PROXY: 'unix' })
  await first.prints(/listening on \S+app\.sock/)
  await first.stop('SIGKILL')
  const second = start({ SOCKET: socket, TRUST_PROXY: 'unix' })
  await second.prints(/listening on \S+app\.sock/)
  expect(await getThrough(socket)).toBe(200)
  await second.prints(/"ip":"203\.0\.113\.9"/)
})

it('believes no forwarded header of whom it was not told to trust', async () => {
  for (const TRUST_PROXY of ['', 'unix', '10.0.0.0/8']) {
    const service = start({ TRUST_PROXY })
    await send(await service.url(), '/api/simple', { headers: FORGED })
    await service.prints(/"ip":"127\.0\.0\.1"/)
    expect(service.output).not.toContain('203.0.113.9')
  }
})

it('says that unix and addresses cannot be trusted together', async () => {
  const service = start({ TRUST_PROXY: 'unix,10.0.0.0/8' })
  await service.prints(/TRUST_PROXY: unix cannot be combined/)
  expect((await service.exited).code).toBe(2)
})

it('echoes over a WebSocket, and says goodbye when it stops', async () => {
  const service = start({})
  const socket = new WebSocket(`${(await service.url()).replace('http', 'ws')}/ws`)
  const echoed = new Promise<unknown>((resolve) => {
    socket.onmessage = ({ data }) => resolve(data)
  })
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  socket.onopen = () => socket.send('ping')
  expect(await echoed).toBe('ping')
  const exit = service.stop()
  expect(await closed).toBe(1001)
  expect((await exit).code).toBe(0)
})
