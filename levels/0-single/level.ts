import { defineLevel } from '../../src/model/define.js'

export default defineLevel({
  number: 0,
  name: 'single',
  title: 'One Node process',
  summary:
    'One process, one event loop, nothing around it: the baseline that every other level is measured against.',
  whenToUse: 'Development, and services whose load one core carries and whose restarts nobody notices.',
  services: ['postgres'],
  workers: 1,
  prepare: [{ command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 60 }],
  processes: [
    {
      name: 'app',
      role: 'web',
      command: 'node',
      args: ['dist/src/app/server.js'],
      env: { NODE_ENV: 'production', JWT_SECRET: '{secret.JWT_SECRET}' },
      stopSeconds: 35,
    },
  ],
  ready: { path: '/ready', timeoutSeconds: 30 },
  workerPath: '/health/worker',
  promises: ['answers-in-flight-on-stop'],
})
