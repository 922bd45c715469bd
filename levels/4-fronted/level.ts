import { defineLevel } from '../../src/model/define.js'
import { CLUSTER_KEEPS, PM2_RESTARTS, seed } from '../parts.js'
import { claims } from './claims.js'
import { FRONT_DIR, nginx, nodes, operator, shared } from './front.js'
import { inContainers } from './in-containers.js'

// It finds the PM2 of the nodes by itself.
const noPm2 = { PM2_HOME: null, PM2_DISABLE_VERSION_CHECK: null, PM2_DISCRETE_MODE: null }
const operate = operator('operate.mjs', { FRONT_DIR, ...noPm2 })

export default defineLevel({
  extends: 3,
  number: 4,
  name: 'fronted',
  title: 'nginx before N nodes, and a queue',
  summary:
    'nginx spreads requests over nodes and passes by one that is lost; nodes are replaced, added and switched one by one.',
  whenToUse: 'One machine is not enough, or must not be a single point of failure.',
  services: ['postgres', 'redis', 'nginx'],
  poolVariable: null,
  prepare: [seed, { ...operate(120, 'prepare'), env: { ...nodes.env, TLS_PORT: '{port.tls}' } }],
  processes: [nodes, { name: 'queue', env: shared }, nginx],
  ready: { timeoutSeconds: 120 },
  controls: {
    reload: operate(180, 'update'),
    scale: operate(120, 'scale', '{workers}'),
    status: operate(60, 'status'),
    restartNode: operate(60, 'restart', '{node}'),
    killNode: operate(60, 'kill', '{node}'),
    switch: operate(180, 'switch'),
    reloadProxy: operate(60, 'reload-proxy'),
  },
  backends: [inContainers],
  promises: [
    ...CLUSTER_KEEPS,
    ...PM2_RESTARTS,
    'reloads-without-loss',
    'finishes-accepted-tasks',
    'spreads-evenly',
    'survives-lost-node',
  ],
  claims,
  deployments: { swarm: 'levels/4-fronted/swarm', kubernetes: 'levels/4-fronted/kubernetes' },
})
