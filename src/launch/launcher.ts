import type { Lease } from '../model/plan/lease.js'
import type { Controls, Dashboard, Level, ProcessSpec } from '../model/plan/level.js'

export interface LaunchRequest {
  readonly level: Level
  /** The folder that the level's commands are relative to. */
  readonly baseDir: string
  /** Resolved number of workers, handed to the level as `WORKERS`. */
  readonly workers: number
  /** From the services and the plan; goes before the level's own `env`. */
  readonly env: Readonly<Record<string, string>>
  /** A port to use; a free one is taken where absent. */
  readonly port?: number | undefined
  /** Cores to keep the level on, where it is pinned. */
  readonly cpus?: readonly number[] | undefined
  /** The CPU quota of each worker once the level is ready, in cores; null or absent for none. */
  readonly workerCpus?: number | null
  /** One log file a process is written here. */
  readonly logDir: string
  readonly lease: Lease
  readonly signal: AbortSignal
  readonly onStage?: (stage: 'prepare' | 'start' | 'ready') => void
}

export interface LevelProcess {
  readonly name: string
  /** `service`: what others depend on, such as a database that the level itself brings. */
  readonly role: ProcessSpec['role'] | 'service'
  readonly pid: number
  /** Its figures say nothing of the level: the work is done by processes that are not its own. */
  readonly elsewhere?: true
}

/** A process of the level that ended although nobody had asked it to. */
export interface UnexpectedExit {
  readonly process: string
  readonly code: number | null
  readonly signal: string | null
}

/** A level that boots no more: it is ready and serves. */
export interface RunningLevel {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly workers: number
  /** CPU time per time that each worker may use, in cores; null without a quota. */
  readonly workerCpus: number | null
  /** Lets the workers run without their quota until it is renewed. */
  liftQuota(): void
  /**
   * Gives all workers their quota, those as well that came since (restarted, recycled, added). Null, or a sentence where such had
   * run without while others were limited.
   */
  renewQuota(): string | null
  /** From the first command to readiness. */
  readonly bootSeconds: number
  /** Root processes; their descendants belong to the level too. */
  readonly processes: readonly LevelProcess[]
  /** Notes for people, such as "3 of 4 workers answered". */
  readonly warnings: readonly string[]
  /** The controls that the level declares, as one would type them. */
  readonly controls: Readonly<Record<string, string>>
  /** Pages for people, with what opens them: to be shown to whoever booted the level, and kept nowhere. */
  readonly dashboards: readonly Dashboard[]
  /** The first unexpected exit; never resolves when there is none. */
  readonly died: Promise<UnexpectedExit>
  lastLogLines(count: number): string[]
  /**
   * Runs a control and gives what it printed. `argument` is the number of workers for `scale`, and the node's name for
   * `restartNode` and `killNode`.
   * @throws Error when the level has no such control, or it fails.
   */
  control(name: keyof Controls, argument?: number | string): Promise<string>
  /** Stops every process in reverse order, gracefully first; idempotent. */
  stop(): Promise<void>
}

/** Raised when a level does not come up; `log` holds the last lines that its processes wrote. */
export class LaunchError extends Error {
  readonly stage: 'prepare' | 'boot'
  readonly log: readonly string[]

  constructor(stage: 'prepare' | 'boot', message: string, log: readonly string[]) {
    super(message)
    this.name = 'LaunchError'
    this.stage = stage
    this.log = log
  }
}

export type Launch = (request: LaunchRequest) => Promise<RunningLevel>
