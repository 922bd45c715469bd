import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { Sample } from '../../model/run/sample.js'
import type { Engine, EngineIo } from '../engine.js'
import { assignmentsOf } from '../process/assignments.js'
import { longestDrain } from '../process/drain.js'
import { Draws } from '../process/draws.js'
import type { GeneratorResult } from '../process/generator-messages.js'
import { GeneratorRun } from '../process/generator-run.js'
import { mergeResults } from '../process/merge-results.js'

/**
 * Closed loop: every connection sends its next request when the last is answered and its user has thought, if the step
 * says so. It tells how much a service can do, not how long its users wait at a given rate. The load runs in processes
 * of its own, on autocannon's clients. Users log in before it, which nothing counts.
 *
 * What is in flight at its end counts as unfinished; its answers are waited for all the same, so that the service is not busy
 * with them when the next load begins. See `Drain`.
 *
 * @param draws shared with what else loads the same service
 */
export function createClosedLoop(draws = new Draws()): Engine {
  return {
    name: 'closed-loop',
    async run(plan: LoadPlan, io: EngineIo): Promise<Sample> {
      const load = {
        program: 'closed/closed-loop-child',
        assignments: assignmentsOf(draws.seeded(plan), plan.connections, draws.nextCounter),
        seconds: plan.durationSeconds,
        drainSeconds: longestDrain(plan.timeoutSeconds),
      }
      const { results, intervals } = await new GeneratorRun<LoadPlan, GeneratorResult>(load, io).run()
      for (const { counterUsed } of results) draws.used(counterUsed)
      return { engine: 'closed-loop', ...mergeResults(plan, results, intervals) }
    },
  }
}
