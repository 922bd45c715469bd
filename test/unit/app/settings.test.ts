import { describe, expect, it } from 'vitest'
import { readSettings, type Settings, supportsReusePort } from '../../../src/app/settings.js'

const SECRET = 'a-secret-of-at-least-thirty-two-characters'
const URL_ = 'postgres://app:hidden@127.0.0.1:5432/app'

function settings(env: NodeJS.ProcessEnv): Settings {
  const result = readSettings(env)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.settings
}

function problems(env: NodeJS.ProcessEnv, nodeVersion?: string): readonly string[] {
  const result = readSettings(env, nodeVersion)
  return result.ok ? [] : result.problems
}

describe('readSettings', () => {
  it('starts from nothing in development', () => {
    expect(settings({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      workers: 1,
      keepAliveSeconds: 5,
      gracefulTimeoutSeconds: 30,
      workerTimeoutSeconds: 30,
      backlog: 2048,
      drainMode: 'refuse',
      maxRequests: 0,
      limitConcurrency: 0,
      databaseUrl: null,
      bodyLimit: 1_048_576,
    })
  })

  it('refuses production without a secret and a database, naming both', () => {
    const found = problems({ NODE_ENV: 'production' })
    expect(found).toHaveLength(2)
    expect(found.join('\n')).toMatch(/^DATABASE_URL: is required.*\nJWT_SECRET: is required/)
    expect(problems({ NODE_ENV: 'production', DATABASE_URL: URL_, JWT_SECRET: SECRET })).toEqual([])
  })

  it('tells every problem at once, a line each, naming the variable', () => {
    const found = problems({
      PORT: 'abc',
      KEEPALIVE: '-1',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: '10.0.0.0/8, 300.1.1.1, ::1/200',
      REQUEST_LOG: 'perhaps',
      TLS_CERT: '/nowhere/cert.pem',
    })
    expect(found.map((line) => line.split(':', 1)[0])).toEqual([
      'PORT',
      'KEEPALIVE',
      'TRUST_PROXY',
      'TRUST_PROXY',
      'TLS_CERT',
      'TLS_CERT and TLS_KEY',
      'LOG_LEVEL',
      'REQUEST_LOG',
    ])
    expect(found.every((line) => !line.includes('\n'))).toBe(true)
  })

  it('reads each variable under the prefix APP_, which goes first, and treats empty as none', () => {
    expect(settings({ PORT: '4000', APP_PORT: '5000' }).port).toBe(5000)
    expect(settings({ PORT: '4000', APP_PORT: '' }).port).toBe(4000)
    expect(problems({ APP_PORT: '70000' })[0]).toMatch(/^APP_PORT: "70000"/)
  })

  it.each(['1.5', '1e3', '0x10', ' ', '99999999999'])('takes whole seconds only: %j', (value) => {
    const found = problems({ WORKER_TIMEOUT: value })
    expect(found).toHaveLength(value.trim() === '' ? 0 : 1)
  })

  it('never repeats a password', () => {
    expect(problems({ DATABASE_URL: 'mysql://app:hidden@host/db' }).join()).not.toContain('hidden')
    expect(problems({ JWT_SECRET: 'too-short' }).join()).not.toContain('too-short')
  })

  it('refuses a short secret', () => {
    expect(problems({ JWT_SECRET: 'x'.repeat(31) })).toEqual([
      'JWT_SECRET: is too short; it must have at least 32 characters',
    ])
    expect(settings({ JWT_SECRET: 'x'.repeat(32) }).jwtSecret).toHaveLength(32)
  })

  it('sizes the pool by workers and nodes, unless told', () => {
    expect(settings({ WORKERS: '4' }).dbPoolMax).toBe(20)
    expect(settings({ WORKERS: '4', NODES: '2' }).dbPoolMax).toBe(10)
    expect(settings({ WORKERS: '4', DB_POOL_MAX: '7' }).dbPoolMax).toBe(7)
    expect(problems({ DB_POOL_MIN: '9', DB_POOL_MAX: '7' })[0]).toMatch(/^DB_POOL_MIN: 9 is above/)
  })

  it('says in one line that this Node has no reuseport', () => {
    expect(problems({ LISTEN_MODE: 'reuseport' }, '20.20.2')).toEqual([
      'LISTEN_MODE: reuseport needs Node 22.12 or 23.1, this is 20.20.2; use round-robin or shared',
    ])
    expect(problems({ LISTEN_MODE: 'reuseport' }, '24.0.0')).toEqual([])
  })
})

describe('supportsReusePort', () => {
  it.each([
    ['20.20.2', false],
    ['22.11.0', false],
    ['22.12.0', true],
    ['23.0.0', false],
    ['23.1.0', true],
    ['24.0.0', true],
  ])('%s: %s', (version, expected) => {
    expect(supportsReusePort(version)).toBe(expected)
  })
})
