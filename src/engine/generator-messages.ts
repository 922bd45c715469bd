import type { LoadPlan } from '../model/load-plan.js'
import type { Second, Tallied } from './tally.js'

/** One generator's part of a plan. */
export interface Assignment {
  readonly plan: LoadPlan
  readonly connections: number
  /** Number of its first connection among those of all generators. */
  readonly firstConnection: number
  /** The `counter` variables take every `counterStep`-th number from here on. */
  readonly counterStart: number
  readonly counterStep: number
}

/** To a generator: get ready, start all at the same moment, stop early. */
export type ToGenerator =
  | { readonly type: 'assign'; readonly assignment: Assignment }
  | { readonly type: 'start' }
  | { readonly type: 'stop' }

export interface GeneratorResult extends Tallied {
  readonly durationUs: number
  /** The part of a second at the end that no `second` message has told; null when there is none. */
  readonly lastSecond: Second | null
  /** The highest number that a `counter` gave out. */
  readonly counterUsed: number
  readonly cpuUs: number
  readonly loopDelayP99Us: number
}

/** From a generator. */
export type FromGenerator =
  | { readonly type: 'ready' }
  | {
      readonly type: 'second'
      readonly second: Second
      /** So far: answers of any kind, and requests that found no connection. */
      readonly answers: number
      readonly connectionErrors: number
    }
  | { readonly type: 'result'; readonly result: GeneratorResult }
