import { DuetGenerator } from './duet-generator.js'
import type { DuetPlan, DuetResult } from './duet-messages.js'
import { serveGenerator } from './generator-child.js'
import { warmUp } from './self-warm-up.js'
import { stopCompiling } from './still-process.js'

// A connection that ends is an error with a stack to undici, which nobody reads.
Error.stackTraceLimit = 0

/** A generator process that loads two services at once. */
serveGenerator<DuetPlan, DuetResult>(({ plan }, events) => {
  const generator = new DuetGenerator(plan, events)
  return {
    async prepare() {
      if (plan.loop === 'closed') return
      await warmUp()
      await generator.leadIn()
      stopCompiling()
    },
    start: (atNs) => generator.start(atNs),
    stop: () => generator.stop(),
  }
})
