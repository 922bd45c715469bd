import cluster from '../../levels/1-cluster/level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(cluster, 4)
