import type { Claim } from '../src/model/define.js'

// What several levels have in common.

/** Tables and users, once per database. */
export const seed = { command: 'node', args: ['dist/src/app/seed.js'], timeoutSeconds: 120 }

/** Settings of the service wherever it runs in earnest. */
export const production = { NODE_ENV: 'production', JWT_SECRET: '{secret.JWT_SECRET}' }

export const board = { BOARD_PORT: '{port.board}', BOARD_PASSWORD: '{secret.BOARD_PASSWORD}' }

export const queueDashboard = {
  name: 'queue',
  url: 'http://127.0.0.1:{port.board}/',
  user: 'admin',
  password: '{secret.BOARD_PASSWORD}',
}

export const CLUSTER_KEEPS = ['answers-in-flight-on-stop', 'uses-all-cores'] as const
export const PM2_RESTARTS = ['restarts-crashed-worker', 'restarts-hung-worker'] as const
export const PM2_KEEPS = [
  ...CLUSTER_KEEPS,
  ...PM2_RESTARTS,
  'recycles-workers',
  'reloads-without-loss',
  'scales-without-restart',
] as const

/** A home for each PM2 of a boot: the PM2 of whoever runs this is never touched. */
const homeOf = (name: string) => ({
  PM2_HOME: `{tempDir}/${name}`,
  PM2_DISABLE_VERSION_CHECK: 'true',
  PM2_DISCRETE_MODE: 'true',
})

/** Processes of an ecosystem file under a PM2 of their own. */
export const pm2 = <Env extends object>(home: string, env: Env, file: string, ...only: string[]) => ({
  command: 'pm2-runtime',
  args: ['start', file, ...only.flatMap((names) => ['--only', names])],
  // PM2 stops two processes at a time; when everything stops, all may go at once.
  env: { ...homeOf(home), PM2_CONCURRENT_ACTIONS: '64', ...env },
  stopSeconds: 45,
})

/** What an operator types to the PM2 of the web workers. */
export const pm2Controls = (home: string) => ({
  // With --no-daemon, reload starts no PM2 where none runs. The other two would then not come back by themselves.
  reload: {
    command: 'pm2',
    args: ['reload', 'rungs-app', '--no-daemon'],
    env: homeOf(home),
    timeoutSeconds: 120,
  },
  scale: {
    command: 'pm2',
    args: ['scale', 'rungs-app', '{workers}'],
    env: homeOf(home),
    timeoutSeconds: 120,
  },
  status: { command: 'pm2', args: ['list'], env: homeOf(home), timeoutSeconds: 60 },
})

export const servesOnEightCores = (level: number, atLeast: number): Claim => ({
  text: `level ${level} serves ${atLeast.toLocaleString('en')} requests/s on 8 cores`,
  figure: { kind: 'capacity', scenario: 'simple' },
  bound: { atLeast },
  cores: 8,
})

/** A worker or node that serves so many times what a mean one does is served evenly still. */
export const spreadsEvenly = (level: number, over: string): Claim => ({
  text: `level ${level} spreads requests evenly over its ${over}`,
  figure: { kind: 'skew', scenario: 'simple' },
  bound: { atMost: 1.2 },
})
