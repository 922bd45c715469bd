import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Sample } from '../../model/run/sample.js'
import { CumulativeRate } from '../../stats/load/schedule.js'
import type { EngineIo } from '../engine.js'
import { assignmentsOf } from '../process/assignments.js'
import { longestDrain } from '../process/drain.js'
import { Draws } from '../process/draws.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import { GeneratorProcess } from '../process/generator-process.js'
import { GeneratorRun } from '../process/generator-run.js'
import { mergeOpenResults, mergeResults, SecondsMerger } from '../process/merge-results.js'
import type { Progress } from '../tally/tally.js'
import type { ClosedDuetPlan, DuetResult, OpenDuetPlan } from './duet-messages.js'

/** Of the first and of the second plan. */
export type Pair<T> = readonly [T, T]

export interface DuetIo extends Pick<EngineIo, 'signal' | 'enough' | 'env' | 'onStart'> {
  /** Told about once a second: what became of each load so far. */
  readonly onProgress?: (each: Pair<Progress>) => void
}

/** What is to be loaded soon. */
export interface StandBy {
  readonly env: EngineIo['env']
  readonly cpus: readonly number[] | null
  /** So many loads of each kind. */
  readonly closed: number
  readonly open: number
}

/**
 * Two services under the same load at the same moment, from one process with one thread: noise hits both alike. Each
 * plan has one generator. What the process costs (`Sample.generator`) is that of both together, told with each.
 */
export interface DuetEngine {
  /** @throws Error when the generator process itself fails. */
  closed(plans: Pair<LoadPlan>, io: DuetIo): Promise<Pair<Sample>>
  /** Arrivals of the two alternate; both plans have the same stages. */
  open(plans: Pair<OpenLoadPlan>, io: DuetIo): Promise<Pair<Sample>>
  /** Starts the processes of further loads, as many as do not stand by already: a load need not wait for its own. */
  standBy(loads: StandBy): void
  /** Ends those that were not used. */
  standDown(): Promise<void>
}

const PROGRAMS = { closed: 'duet/duet-closed-child', open: 'duet/duet-open-child' } as const

type Kind = keyof typeof PROGRAMS

export function createDuet(): DuetEngine {
  // The same draws for both, so that they are asked the same.
  const draws: Pair<Draws> = [new Draws(), new Draws()]
  const standing: Record<Kind, GeneratorProcess<DuetResult>[]> = { closed: [], open: [] }

  const run = async (
    kind: Kind,
    plan: ClosedDuetPlan | OpenDuetPlan,
    seconds: number,
    io: DuetIo,
  ): Promise<DuetResult['arms']> => {
    const whole = { plan, generator: 0, generators: 1, connections: 0, firstConnection: 0, counterStart: 1 }
    const load = {
      program: PROGRAMS[kind],
      assignments: [whole],
      seconds,
      drainSeconds: longestDrain(plan.arms[0].plan.timeoutSeconds),
      standingBy: standing[kind].shift(),
      onProgress: ({ each: [first, second] = [] }: Progress) => {
        if (first && second) io.onProgress?.([first, second])
      },
    }
    const { results } = await new GeneratorRun<ClosedDuetPlan | OpenDuetPlan, DuetResult>(load, io).run()
    const [result] = results
    if (!result) throw new Error('the load generator gave no result')
    for (const arm of [0, 1] as const) draws[arm].used(result.arms[arm].counterUsed)
    return result.arms
  }

  return {
    async closed(plans, io) {
      const plan: ClosedDuetPlan = {
        ...cpusOf(plans[0]),
        arms: both((arm) => oneGenerator(plans[arm], plans[arm].connections, draws[arm])),
      }
      const results = await run('closed', plan, plans[0].durationSeconds, io)
      return both((arm) => {
        const intervals = intervalsOf(results[arm])
        return { engine: 'closed-loop', ...mergeResults(plans[arm], [results[arm]], intervals) }
      })
    },
    async open(plans, io) {
      const plan: OpenDuetPlan = {
        ...cpusOf(plans[0]),
        arms: both((arm) => ({
          ...oneGenerator(atTwiceTheRate(plans[arm]), plans[arm].maxConnections, draws[arm]),
          part: { first: arm, every: 2 },
        })),
      }
      const { stages, timeoutSeconds } = plans[0]
      const results = await run('open', plan, new CumulativeRate(stages).seconds + timeoutSeconds, io)
      return both((arm) => {
        const result = results[arm] as OpenGeneratorResult
        return { engine: 'open-loop', ...mergeOpenResults(plans[arm], [result], intervalsOf(result)) }
      })
    },
    standBy({ env, cpus, ...wanted }) {
      for (const kind of ['closed', 'open'] as const) {
        while (standing[kind].length < wanted[kind]) {
          standing[kind].push(new GeneratorProcess(PROGRAMS[kind], env, cpus?.[0] ?? null))
        }
      }
    },
    async standDown() {
      const unused = [...standing.closed.splice(0), ...standing.open.splice(0)]
      for (const one of unused) one.kill()
      await Promise.all(unused.map(({ ended }) => ended))
    },
  }
}

function both<T>(of: (arm: 0 | 1) => T): Pair<T> {
  return [of(0), of(1)]
}

function cpusOf({ cpus }: LoadPlan | OpenLoadPlan): Pick<ClosedDuetPlan, 'cpus'> {
  return cpus ? { cpus } : {}
}

function oneGenerator<Plan extends LoadPlan | OpenLoadPlan>(plan: Plan, connections: number, draws: Draws) {
  const { nextCounter } = draws
  const [assignment] = assignmentsOf({ ...draws.seeded(plan), generators: 1 }, connections, nextCounter)
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
