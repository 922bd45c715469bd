import type { ProcessSpec } from '../../src/model/define.js'
import { pm2, production } from '../parts.js'

/** Where the sockets of the nodes lie, nginx's configuration, and the certificate. */
export const FRONT_DIR = '{tempDir}/front'

/** Settings of nodes that share what they hold. */
export const shared = { ENABLE_DISTRIBUTED_MODE: 'true', SHARED_CACHE_URL: '{env.REDIS_URL}' }

const node = {
  ...production,
  ...shared,
  ENABLE_BACKGROUND_TASKS: 'true',
  FRONT_DIR,
  NODES: '{workers}',
  // Only the proxy enters the folder of the sockets.
  TRUST_PROXY: 'unix',
  // A connection to the proxy ends by an answer, and never at the moment that the proxy writes.
  DRAIN_MODE: 'handover',
}

export const nodes = {
  name: 'nodes',
  role: 'web',
  ...pm2('pm2-web', node, 'levels/4-fronted/nodes.config.cjs'),
} as const

export const nginx: ProcessSpec = {
  name: 'nginx',
  role: 'proxy',
  command: '{env.NGINX_PROGRAM}',
  args: ['-e', 'stderr', '-p', FRONT_DIR, '-c', `${FRONT_DIR}/nginx.conf`, '-g', 'daemon off;'],
  // Answers what is in flight; SIGTERM would cut it.
  stopSignal: 'SIGQUIT',
  stopSeconds: 45,
}

/** Commands of one of the level's operators. */
export const operator =
  <Env extends object>(file: string, env: Env) =>
  (timeoutSeconds: number, ...args: string[]) => ({
    command: 'node',
    args: [`levels/4-fronted/${file}`, ...args],
    env,
    timeoutSeconds,
  })
