import { defineLevel } from '../../src/model/define.js'
import { CLUSTER_KEEPS } from '../parts.js'
import { claims } from './claims.js'

export default defineLevel({
  extends: 0,
  number: 1,
  name: 'cluster',
  title: 'N processes on one port',
  summary:
    'WORKERS processes share one port through Node’s cluster module. Configuration only: a worker that dies stays dead.',
  whenToUse: 'Staging, or production on one machine where a lost worker may wait until somebody looks.',
  workers: 'auto',
  poolVariable: 'DB_POOL_MAX',
  processes: [{ name: 'app', args: ['dist/src/app/cluster.js'], stopSeconds: 40 }],
  ready: { timeoutSeconds: 60 },
  promises: [...CLUSTER_KEEPS],
  claims,
})
