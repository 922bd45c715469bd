import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { send } from '../../helpers/http-client.js'
import { lackOfOpenssl, needs } from '../../helpers/needs.js'
import { startCluster, startServer } from './service.js'

describe('start', () => {
  it.each([
    ['server', startServer],
    ['cluster', startCluster],
  ])('production refuses to start without secret and database: %s', async (_name, start) => {
    const service = start({ NODE_ENV: 'production', DATABASE_URL: '', JWT_SECRET: '', WORKERS: 'many' })
    expect(await service.exited).toEqual({ code: 2, signal: null })
    expect(service.output.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^WORKERS: "many" is not valid/),
      expect.stringMatching(/^DATABASE_URL: is required in production/),
      expect.stringMatching(/^JWT_SECRET: is required in production/),
    ])
  })

  it('says plainly that the port is taken', async () => {
    const first = startServer()
    const { port } = new URL(await first.url())
    const second = startServer({ PORT: port })
    expect((await second.exited).code).toBe(1)
    expect(second.output).toMatch(new RegExp(`cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`))
    await first.stop()
  })

  it('warns of the development secret', async () => {
    const service = startServer()
    await service.prints(/JWT_SECRET is not set/)
    await service.url()
    await service.stop()
  })

  it('speaks TLS with a certificate and a key, and still stops in order', needs(lackOfOpenssl), async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rungs-tls-'))
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const selfSigned = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-days',
      '1',
    ]
    execFileSync('openssl', [...selfSigned, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const service = startServer({ TLS_CERT: cert, TLS_KEY: key })
    const { port } = new URL(await service.url())
    const body = await new Promise((resolve, reject) => {
      const ca = readFileSync(cert)
      request({ port, path: '/health/worker', ca, servername: 'localhost' }, (response) => {
        response.on('data', (chunk) => resolve(JSON.parse(String(chunk))))
      })
        .on('error', reject)
        .end()
    })
    expect(body).toMatchObject({ status: 'healthy', active_connections: 1 })
    expect(await service.stop()).toEqual({ code: 0, signal: null })
    rmSync(dir, { recursive: true })
  })
})

describe('forwarded addresses', () => {
  it.each([
    ['127.0.0.0/8', '203.0.113.9'],
    ['10.0.0.0/8', '127.0.0.1'],
    ['', '127.0.0.1'],
  ])('TRUST_PROXY=%j takes a request from 127.0.0.1 to be of %s', async (trust, expected) => {
    const service = startServer({ TRUST_PROXY: trust, REQUEST_LOG: 'true' })
    await send(await service.url(), '/api/simple?token=hidden', {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })
    const [line] = await service.prints(/^.*"msg":"request"/m)
    expect(line).toContain(`"ip":"${expected}"`)
    expect(line).toContain('"path":"/api/simple","status":200')
    await service.stop()
    expect(service.output).not.toContain('hidden')
  })
})
