import type { Dispatcher } from 'undici'
import type { Arrivals } from '../../stats/load/schedule.js'
import type { ConnectionPool } from '../connection/connection-pool.js'
import type { GeneratorEvents } from '../process/generator-child.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import type { SentTimes } from './open-tally.js'
import type { OpenUsers, UserRequest } from './open-users.js'

/** A request of the schedule. */
export interface Arrival {
  readonly intendedUs: number
  /** When the generator came to it. */
  readonly cameUs: number
}

/** A request under way. */
export interface Flight extends SentTimes, UserRequest<Dispatcher.DispatchOptions> {}

/** What a load sends, and when. */
export interface OpenSchedule {
  readonly arrivals: Arrivals
  /** Names of the scenario's steps. */
  readonly steps: readonly string[]
  /** Its length. */
  readonly seconds: number
  /** A request without an answer after so long has timed out; one that waited for a connection so long is not sent. */
  readonly timeoutSeconds: number
  /** What is under way at the schedule's end is waited for this long. */
  readonly drainSeconds: number
  /** Whether nobody else's work is held up by a process that never sleeps until the schedule is over. */
  readonly hasOwnCore: boolean
}

/** With what it is sent. */
export interface OpenMeans {
  readonly pool: ConnectionPool<Flight>
  readonly users: OpenUsers<Dispatcher.DispatchOptions>
}

export type OpenLoadResult = Omit<
  OpenGeneratorResult,
  'bytesReceived' | 'counterUsed' | 'logIns' | 'peakConnections'
>

export type OpenLoadEvents = GeneratorEvents<OpenLoadResult>
