import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { LogIns } from '../../model/run/sample.js'
import type { Pause } from '../../stats/load/pauses.js'
import type { SchedulePart } from '../../stats/load/schedule.js'
import type { Progress, Second, Tallied } from '../tally/tally.js'

/** One generator's part of a plan. */
export interface Assignment<Plan> {
  readonly plan: Plan
  /** Its number among the generators, from 0, and how many they are. */
  readonly generator: number
  readonly generators: number
  readonly connections: number
  /** Number of its first connection among those of all generators. */
  readonly firstConnection: number
  /** The `counter` variables take every `generators`-th number from `counterStart` + `generator` on. */
  readonly counterStart: number
  /** Which arrivals of an open loop's schedule it sends, where not every `generators`-th from its own number on. */
  readonly part?: SchedulePart
}

/** What became of the users of one generator who had to log in. */
export interface LogInTally extends Pick<LogIns, 'users' | 'loggedIn' | 'seconds' | 'shared'> {
  readonly refused: readonly { readonly step: number; readonly what: string; readonly count: number }[]
}

/** To a generator: get ready, start all at the same moment, end as at the end of its time, stop at once. */
export type ToGenerator<Plan = LoadPlan | OpenLoadPlan> =
  | { readonly type: 'assign'; readonly assignment: Assignment<Plan> }
  /** `atNs`: the moment by `process.hrtime.bigint()`, a clock that all processes of a machine share. */
  | { readonly type: 'start'; readonly atNs: string }
  | { readonly type: 'end' }
  | { readonly type: 'stop' }

export interface GeneratorResult extends Tallied {
  readonly durationUs: number
  /** Moment of the last answer as expected, since the start; null where there was none, or that is not told. */
  readonly lastOkUs?: number | null
  /** Requests under way at its end whose answers did not come while it waited for them. */
  readonly leftBehind?: number
  /** The seconds that no `second` message has told, the part of one at the end among them. */
  readonly restSeconds: readonly Second[]
  /** The highest number that a `counter` gave out. */
  readonly counterUsed: number
  readonly logIns?: LogInTally
  readonly cpuUs: number
  readonly loopDelayP99Us: number
  /** Share of the time in which its event loop had something to do, 0 to 1. */
  readonly loopUtilisation: number
  /** How long it was ready to run and waited for a core; null where unknown. */
  readonly waitedUs: number | null
}

/** What an open loop's generator tells beside. Histograms are encoded. */
export interface OpenGeneratorResult extends GeneratorResult {
  readonly scheduled: number
  readonly unsent: number
  readonly peakConnections: number
  /** How long the unsent had waited. */
  readonly unsentHistogram: string
  readonly serviceHistogram: string
  readonly lagHistogram: string
  readonly ownLagHistogram: string
  /** On the axis of the schedule, in order. */
  readonly pauses: readonly Pause[]
}

/** From a generator. */
export type FromGenerator<Result = GeneratorResult> =
  | { readonly type: 'ready' }
  /** About once a second. */
  | { readonly type: 'progress'; readonly progress: Progress }
  /** A second of the load of which everything is known. */
  | { readonly type: 'second'; readonly second: Second }
  /** Nothing more is sent, and what is answered from now on does not count. */
  | { readonly type: 'over' }
  | { readonly type: 'result'; readonly result: Result }
