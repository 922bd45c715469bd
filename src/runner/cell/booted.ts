import type { UnexpectedExit } from '../../launch/launcher.js'
import type { RowFile } from '../../model/data/rows.js'
import type { Level } from '../../model/plan/level.js'
import type { Scenario } from '../../model/plan/scenario.js'
import type { AppliedSlo } from '../../model/plan/slo-rules.js'
import type { RunLevel, RunScenario } from '../../model/run/run.js'
import type { WatchedTree } from '../../observe/observer.js'

/** A level of the plan, resolved. `level` is null for a service that runs already (`--target`). */
export interface PlannedLevel {
  /** As it was planned: what its boots show is in the result alone. */
  readonly info: Readonly<RunLevel>
  readonly level: Level | null
  readonly baseDir: string
  readonly workers: number
  /** Why it cannot run here, and the command that would change that. */
  readonly skip: { readonly reason: string; readonly fix: string | null } | null
}

export interface PlannedScenario {
  /** Its data file. */
  readonly rows?: RowFile
  readonly slos: readonly AppliedSlo[]
  readonly info: RunScenario
  readonly scenario: Scenario
}

/** A service that is up, as far as measuring needs to know it. */
export interface Booted {
  readonly url: string
  /** What the run's record of the level takes over: services, boot time. */
  readonly services: RunLevel['services']
  readonly bootSeconds: number | null
  readonly warnings: readonly string[]
  readonly trees: readonly WatchedTree[]
  /** Its work is done by processes that rungs did not start, such as containers. */
  readonly elsewhere?: boolean
  /** Where the database's own counts are asked for; never stored. */
  readonly databaseUrl?: string
  /** Where the level's queue tells of itself, where it has one. */
  readonly queuePath?: string
  /** Null where the workers' own counts cannot be asked for. */
  readonly workers: { readonly path: string; readonly expected: number } | null
  /** The CPU quota of its workers, where they have one; see `RunningLevel`. */
  readonly quota?: {
    /** Of all workers together. */
    readonly cores: number
    lift(): void
    renew(): string | null
  }
  /** Never resolves while the service lives, or when it is not ours. */
  readonly died: Promise<UnexpectedExit>
  lastLogLines(count: number): string[]
  stop(): Promise<void>
}

/** Brings a level up: its services, its processes, its state. `label` names what it creates. */
export type Boot<B extends Booted = Booted> = (
  level: PlannedLevel,
  label: string,
  signal: AbortSignal,
) => Promise<B>
