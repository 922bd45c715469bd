import type { RowFile } from '../data/rows.js'
import type { RequestSpec, VariableSpec, Variables } from './scenario.js'

/** What every load needs; data that can be cloned, since it crosses a process boundary. */
interface CommonPlan {
  /** Where the load goes: scheme, host and port. */
  readonly baseUrl: string
  readonly steps: readonly RequestSpec[]
  readonly variables: Readonly<Record<string, VariableSpec>>
  /** What `setup` gave: a list is spread over the users. */
  readonly values: Variables
  /** After this long without an answer a request counts as timed out. */
  readonly timeoutSeconds: number
  /** Generator processes; the load is divided among them without remainder lost. */
  readonly generators: number
  /** Cores that the generators may use, where they are pinned. */
  readonly cpus?: readonly number[]
  /**
   * Rows of data for the requests: `{{name}}` is a column. One row a request, in order, again and again; columns that a
   * `first` step uses are those of the user's own row.
   */
  readonly rows?: RowFile
  /** Drives every random draw of the generators. */
  readonly seed: number
}

/** Closed loop: each connection sends its next request when it has the answer and has thought. Answers "how much". */
export interface LoadPlan extends CommonPlan {
  readonly connections: number
  readonly durationSeconds: number
}

/** A piece of an arrival schedule: the rate goes in a straight line from one value to the other. */
export interface RateStage {
  readonly seconds: number
  /** Arrivals per second at its start and at its end. */
  readonly from: number
  readonly to: number
}

/** How arrivals are spaced: evenly, or at random with exponential gaps (a Poisson process) drawn from the seed. */
export type Arrival = 'uniform' | 'poisson'

/** Open loop: requests are sent on a schedule, whatever becomes of the earlier ones. Answers "how long". */
export interface OpenLoadPlan extends CommonPlan {
  readonly arrival: Arrival
  /** One after the other; together they are the load. */
  readonly stages: readonly RateStage[]
  /**
   * Before it, the first stage's rate is sent for so long, and awaited, without being counted: so that connections are
   * open, and the generator's code is compiled for just these requests. With 0 the generator starts cold.
   */
  readonly leadInSeconds: number
  /** Connections grow with need up to this many, over all generators. */
  readonly maxConnections: number
}
