import type { Engine, OpenEngine } from '../../engine/engine.js'
import type { OwnStages } from '../../model/plan/profile-base.js'
import type { CompletedOutcome, LatencyPhase } from '../../model/run/outcome.js'
import type { RunSettings } from '../../model/run/run.js'
import type { RunEvents } from './events.js'
import type { WatchContext } from './watched-load.js'

/** What is known of a cell before its latency. */
export type Capacity = Pick<CompletedOutcome, 'sample' | 'summary' | 'server' | 'validity'>

export interface MeasureContext extends Omit<WatchContext, 'warn'> {
  readonly engine: Engine
  readonly openEngine: OpenEngine
  readonly settings: RunSettings
  /** Of the profile `stages`. */
  readonly ownStages: OwnStages | null
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly events: RunEvents
  /** What latency was measured at before: in an earlier repeat of the same cell, or at another level. */
  readonly earlierLatency?: Pick<LatencyPhase, 'rate' | 'share'> | null
  /** Of the levels measured so far, where all are to have one rate. */
  readonly lowestCapacity?: number | null
  /** The cell's capacity, where it was measured in an earlier boot. */
  readonly measured?: (Capacity & Pick<CompletedOutcome, 'warnings'>) | null
}
