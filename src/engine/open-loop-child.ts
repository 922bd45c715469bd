import type { OpenLoadPlan } from '../model/load-plan.js'
import { serveGenerator } from './generator-child.js'
import type { OpenGeneratorResult } from './generator-messages.js'
import { OpenGenerator } from './open-generator.js'
import { warmUp } from './self-warm-up.js'

/** A generator process of the open loop. */
serveGenerator<OpenLoadPlan, OpenGeneratorResult>((assignment, events) => {
  const generator = new OpenGenerator(assignment, events)
  return {
    async prepare() {
      await warmUp()
      await generator.leadIn()
    },
    start: (atNs) => generator.start(atNs),
    stop: () => generator.stop(),
  }
})
