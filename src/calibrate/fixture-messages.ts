import type { FixtureCounts } from '../model/calibration.js'
import type { Behaviour } from './fixtures.js'

/** To a fixture's server. */
export type ToFixture =
  | { readonly type: 'begin'; readonly behaviour: Behaviour }
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
   * answer, in µs, of those that met no stall: an encoded histogram.
   */
  readonly residence: string
  /** The same of those that met one. */
  readonly stalled: string
  readonly stalls: readonly StallWindow[]
}

/** From a fixture's server. */
export type FromFixture =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'began' }
  | { readonly type: 'truth'; readonly truth: FixtureTruth }
