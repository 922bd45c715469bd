import { ownLevel } from '../helpers/booted-level.js'
import { levelChecks } from './level-checks.js'

await levelChecks(await ownLevel('supervised'), 4)
