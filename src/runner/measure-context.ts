import type { Engine, OpenEngine } from '../engine/engine.js'
import type { LatencyPhase } from '../model/outcome.js'
import type { OwnStages } from '../model/profile-base.js'
import type { RunSettings } from '../model/run.js'
import type { RunEvents } from './events.js'
import type { WatchContext } from './watched-load.js'

export interface MeasureContext extends Omit<WatchContext, 'warn'> {
  readonly engine: Engine
  readonly openEngine: OpenEngine
  readonly settings: RunSettings
  /** Of the profile `stages`. */
  readonly ownStages: OwnStages | null
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly events: RunEvents
  /** Of an earlier repeat of the same cell. */
  readonly earlierLatency?: LatencyPhase | null
}
