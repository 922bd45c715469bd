import { describe, expect, test } from 'vitest'
import { typed } from '../../../src/launch/commands.js'
import { inheritedEnv, levelPath, ownEnvOver } from '../../../src/launch/level-environment.js'
import { fill, fillCommand, type PlaceholderValues } from '../../../src/launch/placeholders.js'

const values: PlaceholderValues = {
  host: '127.0.0.1',
  port: 8080,
  url: 'http://127.0.0.1:8080',
  workers: 4,
  tempDir: '/tmp/t',
  env: { NAME: 'value' },
}

describe('fill', () => {
  test('replaces every placeholder', () => {
    expect(fill('{host}:{port} {url} {workers} {tempDir} {env.NAME}', values, 'x')).toBe(
      '127.0.0.1:8080 http://127.0.0.1:8080 4 /tmp/t value',
    )
  })

  test.each(['{}', '() => { return 1 }', '{"a":1}', `\${HOME}`, '{a b}'])('leaves %s as it is', (text) => {
    expect(fill(text, values, 'x')).toBe(text)
  })

  test('takes double braces for single ones', () => {
    expect(fill("awk '{{print}}' {{host}} {host} {{a.b}}", values, 'x')).toBe(
      "awk '{print}' {host} 127.0.0.1 {a.b}",
    )
    // Of a shell, of Go, of JSON.
    for (const text of ['{{.Names}}', '{{json .}}', '{"a":{"b":1}}']) {
      expect(fill(text, values, 'x')).toBe(text)
    }
  })

  test('refuses an unknown one, and says which there are', () => {
    expect(() => fill('{prot}', values, 'level 1 (x), process web')).toThrow(
      'level 1 (x), process web: unknown placeholder {prot}; there are {host}, {port}, {url}, {workers}, {tempDir}, {env.NAME}',
    )
  })

  test('refuses a variable that is not set', () => {
    expect(() => fill('{env.DATABASE_URL}', values, 'x')).toThrow(/\{env\.DATABASE_URL\}.*not set/)
  })
})

test('fillCommand: a command sees its own variables, and its variables those from before', () => {
  const command = {
    command: 'run',
    args: ['{env.DIR}'],
    env: { DIR: '{tempDir}/{env.NAME}', NAME: 'own' },
    cwd: '{tempDir}',
  }
  expect(fillCommand(command, values, 'x')).toEqual({
    command: 'run',
    args: ['/tmp/t/value'],
    cwd: '/tmp/t',
    env: { NAME: 'own', DIR: '/tmp/t/value' },
  })
})

test('inheritedEnv hands down what a service may need, and nothing that changes what is measured', () => {
  const env = {
    HOME: '/h',
    STRIPE_KEY: 'k',
    RUNGS_LEASE: 'outer',
    npm_config_x: '1',
    NODE_OPTIONS: '--inspect',
    NODE_UNIQUE_ID: '1',
    PM2_HOME: '/h/.pm2',
    UNSET: undefined,
  }
  expect(inheritedEnv(env)).toEqual({ HOME: '/h', STRIPE_KEY: 'k' })
})

test('ownEnvOver keeps nothing that a service would prefer to what rungs or the level sets', () => {
  const inherited = { APP_PORT: '1', APP_DATABASE_URL: 'postgres://mine', APP_NAME: 'shop', PORT: '2' }
  const own = { PORT: '8080', DATABASE_URL: 'postgres://run' }
  expect(ownEnvOver(inherited, own)).toEqual({ APP_NAME: 'shop', ...own })
  expect(ownEnvOver({}, { ...own, APP_PORT: '9' })).toEqual({ ...own, APP_PORT: '9' })
  const command = { command: 'x', env: { MODE: 'load' } }
  expect(fillCommand(command, { ...values, env: { APP_MODE: 'mine' } }, 'x').env).toEqual({ MODE: 'load' })
})

test('levelPath: packages beside the level first, the user’s own path last', () => {
  const path = levelPath('/work/app', '/usr/bin:/bin', (folder) => folder.startsWith('/work/')).split(':')
  expect(path.slice(0, 2)).toEqual(['/work/app/node_modules/.bin', '/work/node_modules/.bin'])
  expect(path.slice(-2)).toEqual(['/usr/bin', '/bin'])
  expect(path).not.toContain('/node_modules/.bin')
})

test('typed shows a command as one would type it, without secrets', () => {
  expect(typed('pm2', ['scale', 'web app', "it's"], { PM2_HOME: '/tmp/p', API_TOKEN: 'abcdef' })).toBe(
    `PM2_HOME=/tmp/p API_TOKEN=*** pm2 scale 'web app' 'it'\\''s'`,
  )
})
