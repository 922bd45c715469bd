import supervised from '../../levels/2-supervised/level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(supervised, 4)
