import { defineLevel } from '../../src/model/define.js'

// A home of its own: the PM2 of whoever runs this is never touched.
const pm2 = { PM2_HOME: '{tempDir}/pm2', PM2_DISABLE_VERSION_CHECK: 'true', PM2_DISCRETE_MODE: 'true' }

export default defineLevel({
  number: 2,
  name: 'supervised',
  title: 'N processes under PM2',
  summary:
    'PM2 restarts workers that crash or hang, recycles them, reloads them without losing a request, and scales them.',
  whenToUse: 'Production on one machine: it must survive crashes and deploys.',
  services: ['postgres'],
  workers: 'auto',
  poolVariable: 'DB_POOL_MAX',
  prepare: [{ command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 60 }],
  processes: [
    {
      name: 'app',
      role: 'web',
      command: 'pm2-runtime',
      args: ['start', 'levels/2-supervised/ecosystem.config.cjs'],
      env: {
        ...pm2,
        // PM2 stops two workers at a time; when everything stops, all may go at once.
        PM2_CONCURRENT_ACTIONS: '64',
        NODE_ENV: 'production',
        JWT_SECRET: '{secret.JWT_SECRET}',
      },
      stopSeconds: 45,
    },
  ],
  ready: { path: '/ready', timeoutSeconds: 60 },
  workerPath: '/health/worker',
  requires: ['pm2'],
  controls: {
    // With --no-daemon, reload starts no PM2 where none runs. The other two would then not come back by themselves.
    reload: { command: 'pm2', args: ['reload', 'rungs-app', '--no-daemon'], env: pm2, timeoutSeconds: 120 },
    scale: { command: 'pm2', args: ['scale', 'rungs-app', '{workers}'], env: pm2, timeoutSeconds: 120 },
    status: { command: 'pm2', args: ['list'], env: pm2, timeoutSeconds: 20 },
  },
  promises: [
    'answers-in-flight-on-stop',
    'uses-all-cores',
    'restarts-crashed-worker',
    'restarts-hung-worker',
    'recycles-workers',
    'reloads-without-loss',
    'scales-without-restart',
  ],
})
