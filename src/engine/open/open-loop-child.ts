import type { OpenLoadPlan } from '../../model/plan/load-plan.js'
import { serveGenerator } from '../process/generator-child.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import { stopCompiling } from '../process/still-process.js'
import { OpenGenerator } from './open-generator.js'
import { warmUp } from './self-warm-up.js'

// A connection that ends is an error with a stack to undici, which nobody reads.
Error.stackTraceLimit = 0

/** A generator process of the open loop. */
serveGenerator<OpenLoadPlan, OpenGeneratorResult>((assignment, events) => {
  const generator = new OpenGenerator(assignment, events)
  return {
    async prepare() {
      const isWarmed = assignment.plan.leadInSeconds > 0
      if (isWarmed) await warmUp()
      await generator.prepare()
      if (isWarmed) stopCompiling()
    },
    start: (atNs) => generator.start(atNs),
    stop: () => generator.stop(),
  }
})
