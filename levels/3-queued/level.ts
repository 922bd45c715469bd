import { defineLevel } from '../../src/model/define.js'

// Homes of their own: the PM2 of whoever runs this is never touched, and web and queue are told apart.
const home = (name: string) => ({
  PM2_HOME: `{tempDir}/pm2-${name}`,
  PM2_DISABLE_VERSION_CHECK: 'true',
  PM2_DISCRETE_MODE: 'true',
})
const web = home('web')

const app = {
  // PM2 stops two processes at a time; when everything stops, all may go at once.
  PM2_CONCURRENT_ACTIONS: '64',
  NODE_ENV: 'production',
  JWT_SECRET: '{secret.JWT_SECRET}',
  ENABLE_BACKGROUND_TASKS: 'true',
}

const start = (...names: string[]) => [
  'start',
  'levels/3-queued/ecosystem.config.cjs',
  '--only',
  names.join(','),
]

export default defineLevel({
  number: 3,
  name: 'queued',
  title: 'N processes under PM2, and a queue',
  summary:
    'Work that would block requests goes through Redis to queue workers of their own; the web answers 202 and stays fast.',
  whenToUse: 'Requests wait behind work that may be done later: reports, mail, uploads.',
  services: ['postgres', 'redis'],
  workers: 'auto',
  poolVariable: 'DB_POOL_MAX',
  prepare: [{ command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 60 }],
  processes: [
    {
      name: 'app',
      role: 'web',
      command: 'pm2-runtime',
      args: start('rungs-app'),
      env: { ...web, ...app },
      stopSeconds: 45,
    },
    {
      name: 'queue',
      role: 'queue',
      command: 'pm2-runtime',
      args: start('rungs-queue', 'rungs-board'),
      env: {
        ...home('queue'),
        ...app,
        BOARD_PORT: '{port.board}',
        BOARD_PASSWORD: '{secret.BOARD_PASSWORD}',
      },
      stopSeconds: 45,
    },
  ],
  ready: { path: '/ready', timeoutSeconds: 60 },
  workerPath: '/health/worker',
  queuePath: '/health/queue',
  dashboards: [
    {
      name: 'queue',
      url: 'http://127.0.0.1:{port.board}/',
      user: 'admin',
      password: '{secret.BOARD_PASSWORD}',
    },
  ],
  requires: ['pm2'],
  controls: {
    // With --no-daemon, reload starts no PM2 where none runs. The other two would then not come back by themselves.
    reload: { command: 'pm2', args: ['reload', 'rungs-app', '--no-daemon'], env: web, timeoutSeconds: 120 },
    scale: { command: 'pm2', args: ['scale', 'rungs-app', '{workers}'], env: web, timeoutSeconds: 120 },
    status: { command: 'pm2', args: ['list'], env: web, timeoutSeconds: 20 },
  },
  promises: [
    'answers-in-flight-on-stop',
    'uses-all-cores',
    'restarts-crashed-worker',
    'restarts-hung-worker',
    'recycles-workers',
    'reloads-without-loss',
    'scales-without-restart',
    'finishes-accepted-tasks',
  ],
})
