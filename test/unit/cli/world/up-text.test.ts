import { expect, it } from 'vitest'
import { upLines } from '../../../../src/cli/world/up-text.js'
import { paint } from '../../../../src/markup/paint.js'

const INFO = { key: '4', name: 'fronted', title: 'nginx before N nodes', workers: 5 }
const BOOTED = {
  url: 'http://127.0.0.1:17189',
  bootSeconds: 3.21,
  workerCpus: null,
  processes: [
    { name: 'nodes', role: 'web' as const, pid: 12 },
    { name: 'nginx', role: 'proxy' as const, pid: 345 },
  ],
  services: [{ name: 'postgres' as const, version: '15.18', source: 'installed' }],
  controls: {
    reload: "DIR='/tmp/a b' N=1 node operate.mjs update",
    restartNode: "DIR='/tmp/a b' N=1 node operate.mjs restart <node>",
  },
  dashboards: [{ name: 'queue', url: 'http://127.0.0.1:2/', user: 'admin', password: 'x' }],
}
const WHERE = { logDir: '/tmp/logs', readyPath: '/health' }

it('shows where it is, what runs, and what to type; settings that all controls share once', () => {
  expect(upLines(INFO, BOOTED, WHERE, paint(false)).join('\n')).toBe(
    `● level 4 (fronted): nginx before N nodes, ready after 3.2 s
  url         http://127.0.0.1:17189
  try         curl -i http://127.0.0.1:17189/health
  workers     5
  processes   nodes  web    pid 12
              nginx  proxy  pid 345
  services    postgres 15.18, installed
  dashboard   http://127.0.0.1:2/  queue, user admin, password x
  logs        tail -f /tmp/logs/*

Controls, to be typed in another terminal, in this folder:
                export DIR='/tmp/a b' N=1
  reload        node operate.mjs update
  restart node  node operate.mjs restart <node>`,
  )
})

it('leaves controls as they are where they share nothing, and out where there are none', () => {
  const one = upLines(INFO, { ...BOOTED, controls: { reload: 'A=1 pm2 reload' } }, WHERE, paint(false))
  expect(one.at(-1)).toBe('  reload      A=1 pm2 reload')
  expect(upLines(INFO, { ...BOOTED, controls: {} }, WHERE, paint(false)).at(-1)).toContain('tail -f')
})
