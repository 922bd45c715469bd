import type { LoadPlan } from '../model/load-plan.js'
import type { Sample } from '../model/sample.js'
import { seedOf } from '../stats/random.js'
import { assignmentsOf } from './assignments.js'
import type { Engine, EngineIo } from './engine.js'
import type { GeneratorResult } from './generator-messages.js'
import { GeneratorRun } from './generator-run.js'
import { mergeResults } from './merge-results.js'

/**
 * Closed loop: every connection sends its next request when the last is answered and its user has thought, if the step
 * says so. It tells how much a service can do, not how long its users wait at a given rate. The load runs in processes
 * of its own, on autocannon's clients.
 *
 * Over several runs of one engine the random draws differ (the seed is that of the plan and the run's number), and its
 * counters go on: a warm-up must not use up what the measurement is to create.
 */
export function createClosedLoop(): Engine {
  let runs = 0
  let nextCounter = 1
  return {
    name: 'closed-loop',
    async run(plan: LoadPlan, io: EngineIo): Promise<Sample> {
      const seeded = { ...plan, seed: seedOf(plan.seed, runs++) }
      const load = {
        program: 'closed-loop-child',
        assignments: assignmentsOf(seeded, plan.connections, nextCounter),
        seconds: plan.durationSeconds,
      }
      const { results, intervals } = await new GeneratorRun<LoadPlan, GeneratorResult>(load, io).run()
      nextCounter = Math.max(nextCounter, ...results.map(({ counterUsed }) => counterUsed + 1))
      return { engine: 'closed-loop', ...mergeResults(plan, results, intervals) }
    },
  }
}
