import type { OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Sample } from '../../model/run/sample.js'
import { CumulativeRate } from '../../stats/load/schedule.js'
import type { EngineIo, OpenEngine } from '../engine.js'
import { assignmentsOf } from '../process/assignments.js'
import { Draws } from '../process/draws.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import { GeneratorRun } from '../process/generator-run.js'
import { mergeOpenResults } from '../process/merge-results.js'

/**
 * Open loop: requests are sent on a fixed schedule, whatever becomes of the earlier ones, and their latency runs from
 * the moment at which they were to be sent. It tells how long users wait at a given rate, stalls included.
 *
 * - `scheduled` = `sent` + `unsent`: a request that finds all connections taken waits, and is given up unsent when it
 *   has waited for `timeoutSeconds`. Once it has a connection it has another `timeoutSeconds` for its answer: with one
 *   limit for both, an overloaded service would get nothing but requests that are about to be given up.
 * - A refused connection fails its one request and is not tried again: connections are tried at the rate of the
 *   schedule, never faster. A load that meets nothing but failed connections for its first 2 s is ended.
 * - After the schedule the load goes on for up to `timeoutSeconds` with what waits and what is in flight. `durationUs`,
 *   and what the generators cost, are those of the schedule without it.
 * - Before the schedule begins users log in, and there is a lead-in; nothing counts either. See `OpenLoadPlan.leadInSeconds`.
 * - HTTP/1.1 over undici; TLS certificates are not verified.
 *
 * @param draws shared with what else loads the same service
 */
export function createOpenLoop(draws = new Draws()): OpenEngine {
  return {
    name: 'open-loop',
    async run(plan: OpenLoadPlan, io: EngineIo): Promise<Sample> {
      const load = {
        program: 'open/open-loop-child',
        assignments: assignmentsOf(draws.seeded(plan), plan.maxConnections, draws.nextCounter),
        seconds: new CumulativeRate(plan.stages).seconds + plan.timeoutSeconds,
      }
      const run = new GeneratorRun<OpenLoadPlan, OpenGeneratorResult>(load, io)
      const { results, intervals, beganUs } = await run.run()
      for (const { counterUsed } of results) draws.used(counterUsed)
      return { engine: 'open-loop', ...mergeOpenResults(plan, results, intervals, beganUs) }
    },
  }
}
