import { defineLevel } from '../../src/model/define.js'

export default defineLevel({
  number: 1,
  name: 'cluster',
  title: 'N processes on one port',
  summary:
    'WORKERS processes share one port through Node’s cluster module. Configuration only: a worker that dies stays dead.',
  whenToUse: 'Staging, or production on one machine where a lost worker may wait until somebody looks.',
  services: ['postgres'],
  workers: 'auto',
  poolVariable: 'DB_POOL_MAX',
  prepare: [{ command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 60 }],
  processes: [
    {
      name: 'app',
      role: 'web',
      command: 'node',
      args: ['dist/src/app/cluster.js'],
      env: { NODE_ENV: 'production', JWT_SECRET: '{secret.JWT_SECRET}' },
      stopSeconds: 40,
    },
  ],
  ready: { path: '/ready', timeoutSeconds: 60 },
  workerPath: '/health/worker',
  promises: ['answers-in-flight-on-stop', 'uses-all-cores'],
})
