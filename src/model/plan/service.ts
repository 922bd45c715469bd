import type { Lease } from './lease.js'
import type { ServiceName } from './level.js'

/** Whether a service can be had here, from where, or the command that would get it. */
export type Availability =
  | { readonly available: true; readonly source: string; readonly version: string }
  | {
      readonly available: false
      readonly reason: string
      /** The command that would get it, where there is one. */
      readonly fix: string | null
      /** Whether something that was given is wrong (an unreachable `DATABASE_URL`): to be corrected, not passed over. */
      readonly mistake: boolean
    }

/** A service that runs for us. */
export interface RunningService {
  readonly name: ServiceName
  /** Where it came from, for people: `DATABASE_URL`, `installed (/usr/lib/postgresql/15/bin)`, `embedded`. */
  readonly source: string
  readonly version: string
  /** Root processes that rungs started for it; none for a service that was there already. */
  readonly pids: readonly number[]
  /** Things that its user should be told, a line each. */
  readonly notes: readonly string[]
  /**
   * Environment for a level that is about to boot (`DATABASE_URL`, …), with state of its own where the service has
   * any: a fresh database, a key prefix. `label` becomes part of its name.
   */
  environment(label: string): Promise<Readonly<Record<string, string>>>
  stop(): Promise<void>
}

export interface ServiceContext {
  readonly lease: Lease
  readonly signal: AbortSignal
  /** Where the service's log goes. */
  readonly logDir: string
  /** rungs' own environment, for `DATABASE_URL` and the like. */
  readonly env: NodeJS.ProcessEnv
  /** `given`: use the database that the URL names as it is, instead of a fresh one on that server. */
  readonly database: 'fresh' | 'given'
  /** Cores to keep the service on, where it is pinned. */
  readonly cpus?: readonly number[] | undefined
}

/** How one kind of service is found and started. */
export interface ServiceProvider {
  readonly name: ServiceName
  check(env: NodeJS.ProcessEnv): Promise<Availability>
  /** @throws UserError when it cannot be had: what, where, what to do. */
  start(context: ServiceContext): Promise<RunningService>
}
