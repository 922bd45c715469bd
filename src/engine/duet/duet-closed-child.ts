import { Generator } from '../closed/generator.js'
import { serveGenerator } from '../process/generator-child.js'
import { DuetGenerator } from './duet-generator.js'
import type { ClosedDuetPlan, DuetResult } from './duet-messages.js'

/** A generator process of the closed loop that loads two services at once. */
serveGenerator<ClosedDuetPlan, DuetResult>(
  ({ plan }, events) => new DuetGenerator(events, (arm, own) => new Generator(plan.arms[arm], own)),
)
