import type { ProcessUsage, ServerTruth } from '../model/run/server-truth.js'
import type { Series } from '../model/run/timeline.js'

/** One figure of one thing at one moment. */
export interface Reading {
  readonly of: string
  readonly what: Series['what']
  readonly value: number
  /** The family of many like things, the most active of which keep series of their own. */
  readonly group?: string
}

/** Process trees to watch: each root pid and all its descendants are counted under one name. */
export interface WatchedTree {
  readonly name: string
  readonly role: ProcessUsage['role']
  readonly pids: readonly number[]
}

export interface WatchRequest {
  readonly trees: readonly WatchedTree[]
  /** Whether `trees` are all that serves the load, so that what else uses CPU is foreign to it. */
  readonly isComplete?: boolean
  /** Whether containers do the work: then what their daemons use is not foreign to it. */
  readonly hasContainers?: boolean
  /** The port of this machine at which the service is asked; none where its work is known to be done elsewhere. */
  readonly port?: number
  /** Asks the level's workers for their counts, where it has a `workerPath`. */
  readonly workers: { readonly url: string; readonly path: string; readonly expected: number } | null
  /** Asks the level's queue how it is doing, where it has a `queuePath`. */
  readonly queue?: { readonly url: string; readonly path: string }
  /** Told each sample as it is taken; `atSeconds` since the watch began. */
  readonly onSample?: (atSeconds: number, readings: readonly Reading[]) => void
  /** The level's database, whose connections are counted where it is Postgres. Never stored: it holds a password. */
  readonly databaseUrl?: string
}

export interface Watch {
  /** Ends the watch and tells what was seen since it began. */
  stop(): Promise<ServerTruth>
}

export interface Observer {
  watch(request: WatchRequest): Promise<Watch>
}
