import fronted from '../../levels/4-fronted/level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(fronted, 3)
