import single from '../../levels/0-single/level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(single, 1)
