import type { LoadPlan, OpenLoadPlan } from '../model/plan/load-plan.js'
import type { Sample, Tick } from '../model/run/sample.js'

export interface EngineIo {
  /** Aborting ends the load now; what was measured until then is still brought back. */
  readonly signal: AbortSignal
  /** Aborting ends the load early, as the end of its time does. */
  readonly enough?: AbortSignal
  /** Environment that the generator processes carry (the lease's). */
  readonly env: Readonly<Record<string, string>>
  readonly onTick?: (tick: Tick) => void
  /** Told when measuring starts: the moment by `process.hrtime.bigint()`, which lies a little ahead. */
  readonly onStart?: (atNs: bigint) => void
  /** Called once when all generators are ready and nothing is under way: measuring starts when it is done. */
  readonly beforeStart?: () => Promise<void>
  /**
   * Called once when the load is over and its figures are known, where answers to what was in flight are still waited for:
   * what the service does from now on is no part of it.
   */
  readonly onOver?: () => void
}

/** Generates load and measures it. Knows nothing of levels, files or terminals. */
export interface Engine<Plan = LoadPlan> {
  readonly name: Sample['engine']
  /** @throws Error when a generator process itself fails; a failing target is a result, not an error. */
  run(plan: Plan, io: EngineIo): Promise<Sample>
}

export type OpenEngine = Engine<OpenLoadPlan>
