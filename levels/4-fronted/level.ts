import { defineLevel } from '../../src/model/define.js'

// Homes of their own: the PM2 of whoever runs this is never touched, and web and queue are told apart.
const home = (name: string) => ({
  PM2_HOME: `{tempDir}/pm2-${name}`,
  PM2_DISABLE_VERSION_CHECK: 'true',
  PM2_DISCRETE_MODE: 'true',
  // PM2 stops two processes at a time; when everything stops, all may go at once.
  PM2_CONCURRENT_ACTIONS: '64',
})

const app = {
  NODE_ENV: 'production',
  JWT_SECRET: '{secret.JWT_SECRET}',
  ENABLE_BACKGROUND_TASKS: 'true',
  ENABLE_DISTRIBUTED_MODE: 'true',
  SHARED_CACHE_URL: '{env.REDIS_URL}',
}

const board = { BOARD_PORT: '{port.board}', BOARD_PASSWORD: '{secret.BOARD_PASSWORD}' }

const dashboards = [
  {
    name: 'queue',
    url: 'http://127.0.0.1:{port.board}/',
    user: 'admin',
    password: '{secret.BOARD_PASSWORD}',
  },
]

const nodes = {
  ...home('web'),
  ...app,
  FRONT_DIR: '{tempDir}/front',
  NODES: '{workers}',
  // Only the proxy enters the folder of the sockets.
  TRUST_PROXY: 'unix',
  // A connection to the proxy ends by an answer, and never at the moment that the proxy writes.
  DRAIN_MODE: 'handover',
}

const operate = (...args: string[]) => ({ command: 'node', args: ['levels/4-fronted/operate.mjs', ...args] })
const control = (seconds: number, ...args: string[]) => ({
  ...operate(...args),
  env: { FRONT_DIR: nodes.FRONT_DIR },
  timeoutSeconds: seconds,
})

const inContainers = { FRONT_DIR: nodes.FRONT_DIR }
const operateCompose = (seconds: number, ...args: string[]) => ({
  command: 'node',
  args: ['levels/4-fronted/compose.mjs', ...args],
  env: inContainers,
  timeoutSeconds: seconds,
})

export default defineLevel({
  number: 4,
  name: 'fronted',
  title: 'nginx before N nodes, and a queue',
  summary:
    'nginx spreads requests over nodes and passes by one that is lost; nodes are replaced, added and switched one by one.',
  whenToUse: 'One machine is not enough, or must not be a single point of failure.',
  services: ['postgres', 'redis', 'nginx'],
  workers: 'auto',
  prepare: [
    { command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 60 },
    { ...operate('prepare'), env: { ...nodes, TLS_PORT: '{port.tls}' }, timeoutSeconds: 30 },
  ],
  processes: [
    {
      name: 'nodes',
      role: 'web',
      command: 'pm2-runtime',
      args: ['start', 'levels/4-fronted/nodes.config.cjs'],
      env: nodes,
      stopSeconds: 45,
    },
    {
      name: 'queue',
      role: 'queue',
      command: 'pm2-runtime',
      args: ['start', 'levels/3-queued/ecosystem.config.cjs', '--only', 'rungs-queue,rungs-board'],
      env: {
        ...home('queue'),
        ...app,
        ...board,
      },
      stopSeconds: 45,
    },
    {
      name: 'nginx',
      role: 'proxy',
      command: '{env.NGINX_PROGRAM}',
      args: [
        '-e',
        'stderr',
        '-p',
        '{tempDir}/front',
        '-c',
        '{tempDir}/front/nginx.conf',
        '-g',
        'daemon off;',
      ],
      // Answers what is in flight; SIGTERM would cut it.
      stopSignal: 'SIGQUIT',
      stopSeconds: 45,
    },
  ],
  ready: { path: '/ready', timeoutSeconds: 120 },
  workerPath: '/health/worker',
  queuePath: '/health/queue',
  dashboards,
  requires: ['pm2'],
  controls: {
    reload: control(180, 'update'),
    scale: control(120, 'scale', '{workers}'),
    status: control(20, 'status'),
    restartNode: control(60, 'restart', '{node}'),
    killNode: control(20, 'kill', '{node}'),
    switch: control(180, 'switch'),
    reloadProxy: control(20, 'reload-proxy'),
  },
  backends: [
    {
      name: 'compose',
      services: ['containers'],
      brings: ['postgres', 'redis', 'nginx'],
      processes: [
        {
          name: 'compose',
          role: 'proxy',
          command: 'node',
          args: ['levels/4-fronted/compose.mjs', 'up'],
          elsewhere: true,
          env: {
            ...inContainers,
            JWT_SECRET: app.JWT_SECRET,
            NODES: '{workers}',
            TLS_PORT: '{port.tls}',
            ...board,
          },
          stopSeconds: 90,
        },
      ],
      dashboards,
      controls: {
        reload: operateCompose(300, 'update'),
        scale: operateCompose(120, 'scale', '{workers}'),
        status: operateCompose(20, 'status'),
        restartNode: operateCompose(120, 'restart', '{node}'),
        killNode: operateCompose(30, 'kill', '{node}'),
        switch: operateCompose(180, 'switch'),
        reloadProxy: operateCompose(30, 'reload-proxy'),
        processes: operateCompose(20, 'processes'),
      },
      promises: [
        'answers-in-flight-on-stop',
        'uses-all-cores',
        'restarts-crashed-worker',
        'reloads-without-loss',
        'spreads-evenly',
        'survives-lost-node',
      ],
    },
  ],
  promises: [
    'answers-in-flight-on-stop',
    'uses-all-cores',
    'restarts-crashed-worker',
    'restarts-hung-worker',
    'reloads-without-loss',
    'finishes-accepted-tasks',
    'spreads-evenly',
    'survives-lost-node',
  ],
})
