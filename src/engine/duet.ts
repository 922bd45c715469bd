import type { LoadPlan, OpenLoadPlan } from '../model/load-plan.js'
import type { Sample } from '../model/sample.js'
import { CumulativeRate } from '../stats/schedule.js'
import { assignmentsOf } from './assignments.js'
import type { DuetPlan, DuetResult } from './duet-messages.js'
import type { EngineIo } from './engine.js'
import type { OpenGeneratorResult } from './generator-messages.js'
import { GeneratorRun } from './generator-run.js'
import { mergeOpenResults, mergeResults, SecondsMerger } from './merge-results.js'

/** Of the first and of the second plan. */
export type Pair<T> = readonly [T, T]

/**
 * Two services under the same load at the same moment, from one process with one thread: noise hits both alike. Each
 * plan has one generator. What the process costs (`Sample.generator`) is that of both together, told with each.
 */
export interface DuetEngine {
  /** @throws Error when the generator process itself fails. */
  closed(plans: Pair<LoadPlan>, io: EngineIo): Promise<Pair<Sample>>
  /** Arrivals of the two alternate; both plans have the same stages. */
  open(plans: Pair<OpenLoadPlan>, io: EngineIo): Promise<Pair<Sample>>
}

export function createDuet(): DuetEngine {
  const counters: [number, number] = [1, 1]

  const run = async (plan: DuetPlan, seconds: number, io: EngineIo): Promise<DuetResult['arms']> => {
    const whole = { plan, generator: 0, generators: 1, connections: 0, firstConnection: 0, counterStart: 1 }
    const load = { program: 'duet-child', assignments: [whole], seconds }
    const { results } = await new GeneratorRun<DuetPlan, DuetResult>(load, io).run()
    const [result] = results
    if (!result) throw new Error('the load generator gave no result')
    for (const arm of [0, 1] as const) {
      counters[arm] = Math.max(counters[arm], result.arms[arm].counterUsed + 1)
    }
    return result.arms
  }

  return {
    async closed(plans, io) {
      const plan: DuetPlan = {
        ...cpusOf(plans[0]),
        loop: 'closed',
        arms: both((arm) => oneGenerator(plans[arm], plans[arm].connections, counters[arm])),
      }
      const results = await run(plan, plans[0].durationSeconds, io)
      return both((arm) => {
        const intervals = intervalsOf(results[arm])
        return { engine: 'closed-loop', ...mergeResults(plans[arm], [results[arm]], intervals) }
      })
    },
    async open(plans, io) {
      const plan: DuetPlan = {
        ...cpusOf(plans[0]),
        loop: 'open',
        arms: both((arm) => ({
          ...oneGenerator(atTwiceTheRate(plans[arm]), plans[arm].maxConnections, counters[arm]),
          part: { first: arm, every: 2 },
        })),
      }
      const { stages, timeoutSeconds } = plans[0]
      const results = await run(plan, new CumulativeRate(stages).seconds + timeoutSeconds, io)
      return both((arm) => {
        const result = results[arm] as OpenGeneratorResult
        return { engine: 'open-loop', ...mergeOpenResults(plans[arm], [result], intervalsOf(result)) }
      })
    },
  }
}

function both<T>(of: (arm: 0 | 1) => T): Pair<T> {
  return [of(0), of(1)]
}

function cpusOf({ cpus }: LoadPlan | OpenLoadPlan): Pick<DuetPlan, 'cpus'> {
  return cpus ? { cpus } : {}
}

function oneGenerator<Plan extends LoadPlan | OpenLoadPlan>(
  plan: Plan,
  connections: number,
  counter: number,
) {
  const [assignment] = assignmentsOf({ ...plan, generators: 1 }, connections, counter)
  if (!assignment) throw new Error('a load needs at least one connection')
  return assignment
}

/**
 * The arms share one schedule, of which each sends every second arrival: were both sent at the same moments, all requests
 * of the second arm would wait behind those of the first.
 */
function atTwiceTheRate(plan: OpenLoadPlan): OpenLoadPlan {
  const stages = plan.stages.map(({ seconds, from, to }) => ({ seconds, from: 2 * from, to: 2 * to }))
  return { ...plan, stages }
}

function intervalsOf({ restSeconds }: DuetResult['arms'][number]) {
  return new SecondsMerger().end(restSeconds)
}
