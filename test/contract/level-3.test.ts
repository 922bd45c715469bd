import queued from '../../levels/3-queued/level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(queued, 4)
