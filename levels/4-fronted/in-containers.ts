import type { Backend } from '../../src/model/define.js'
import { board, CLUSTER_KEEPS, production, queueDashboard } from '../parts.js'
import { FRONT_DIR, operator } from './front.js'

const operate = operator('compose.mjs', { FRONT_DIR })

/** The same level as containers of Docker Compose or Podman's. */
export const inContainers: Backend = {
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
        FRONT_DIR,
        JWT_SECRET: production.JWT_SECRET,
        NODES: '{workers}',
        TLS_PORT: '{port.tls}',
        ...board,
      },
      stopSeconds: 90,
    },
  ],
  dashboards: [queueDashboard],
  controls: {
    reload: operate(300, 'update'),
    scale: operate(120, 'scale', '{workers}'),
    status: operate(60, 'status'),
    restartNode: operate(120, 'restart', '{node}'),
    killNode: operate(60, 'kill', '{node}'),
    switch: operate(180, 'switch'),
    reloadProxy: operate(60, 'reload-proxy'),
    processes: operate(60, 'processes'),
  },
  promises: [
    ...CLUSTER_KEEPS,
    'restarts-crashed-worker',
    'reloads-without-loss',
    'spreads-evenly',
    'survives-lost-node',
  ],
}
