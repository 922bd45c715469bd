import { expect, it } from 'vitest'
import { ownValues } from '../../../src/launch/own-values.js'
import type { Level } from '../../../src/model/plan/level.js'

const level: Level = {
  number: 1,
  name: 'one',
  title: 'One',
  processes: [
    {
      name: 'app',
      role: 'web',
      command: 'app',
      args: ['--port', '{port.board}', '{port.other}', '$' + '{port.shell}', '{port}'],
      env: { PASSWORD: '{secret.BOARD_PASSWORD}', KEY: '{secret.KEY}' },
    },
  ],
  ready: { path: '/' },
  dashboards: [{ name: 'd', url: 'http://127.0.0.1:{port.board}/', password: '{secret.BOARD_PASSWORD}' }],
}

it('gives each name one value: a port, a given secret, or a random one', async () => {
  const first = await ownValues(level, { BOARD_PASSWORD: 'given by the user', KEY: '' })
  expect(Object.keys(first).sort()).toEqual([
    'port.board',
    'port.other',
    'secret.BOARD_PASSWORD',
    'secret.KEY',
  ])
  expect(Number(first['port.board'])).toBeGreaterThan(1_024)
  expect(first['secret.BOARD_PASSWORD']).toBe('given by the user')
  expect(first['secret.KEY']).toMatch(/^[\w-]{43}$/)
  expect((await ownValues(level, {}))['secret.KEY']).not.toBe(first['secret.KEY'])
})
