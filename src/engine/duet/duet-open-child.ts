import { OpenGenerator } from '../open/open-generator.js'
import { warmUp } from '../open/self-warm-up.js'
import { serveGenerator } from '../process/generator-child.js'
import { stopCompiling } from '../process/still-process.js'
import { DuetGenerator } from './duet-generator.js'
import type { DuetResult, OpenDuetPlan } from './duet-messages.js'

// A connection that ends is an error with a stack to undici, which nobody reads.
Error.stackTraceLimit = 0

/** Begun before there is a load: a process that stands by is warm when its turn comes. */
const warm = warmUp()

/** A generator process of the open loop that loads two services at once. */
serveGenerator<OpenDuetPlan, DuetResult>(({ plan }, events) => {
  const duet = new DuetGenerator(events, (arm, own) => new OpenGenerator(plan.arms[arm], own))
  return {
    async prepare() {
      await warm
      await duet.prepare()
      stopCompiling()
    },
    start: (atNs) => duet.start(atNs),
    stop: () => duet.stop(),
  }
})
