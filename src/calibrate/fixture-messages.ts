import type { FixtureCounts } from '../model/studies/calibration.js'
import type { Pause } from '../stats/load/pauses.js'
import type { Behaviour } from './fixtures.js'

/** To a fixture's server. */
export type ToFixture =
  /** @param isAwake whether to go round without sleeping until the end, so that it comes to a request as soon as it is there */
  | { readonly type: 'begin'; readonly behaviour: Behaviour; readonly isAwake: boolean }
  /** Answered by `truth` once no connection is left. */
  | { readonly type: 'end' }

/** A stall as it was: in µs since the first request came, by the server's clock. */
export interface StallWindow {
  readonly startUs: number
  readonly endUs: number
}

/** What a server knows of the load since `begin`, by its own monotonic clock. */
export interface FixtureTruth {
  readonly counts: FixtureCounts
  /**
   * From a request's arrival, or from the accepting of its connection where it is the first on it, to the end of its
   * answer, in µs: one for each request in the order in which they came, null for what was not answered or met a stall.
   */
  readonly residenceUs: readonly (number | null)[]
  readonly stalls: readonly StallWindow[]
  /** When it was awake and got no further, by the machine's monotonic clock; none where it may sleep. */
  readonly pauses: readonly Pause[]
}

/** From a fixture's server. */
export type FromFixture =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'began' }
  | { readonly type: 'truth'; readonly truth: FixtureTruth }
