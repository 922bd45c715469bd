import { type Static, Type } from 'typebox'
import { NullableNumber } from '../schema/fields.js'

/** What an SLO may be about. Latencies are those of the open loop; throughput is the closed loop's. */
export const SloMetric = Type.Enum([
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  'errors',
  'throughput',
  'availability',
])
export type SloMetric = Static<typeof SloMetric>

/** A service level objective, parsed. */
export interface Slo {
  /** As its author wrote it. */
  readonly rule: string
  readonly metric: SloMetric
  readonly comparison: '<' | '<=' | '>' | '>='
  /** µs for latencies, 0 to 1 for shares, requests per second for throughput. */
  readonly limit: number
}

/** What became of an SLO. A rule without data is not met. */
export const SloResult = Type.Object(
  {
    rule: Type.String(),
    metric: SloMetric,
    /** In the limit's unit; null without data. */
    actual: NullableNumber,
    limit: Type.Number(),
    state: Type.Enum(['met', 'missed', 'no-data']),
    /** Whether somebody gave it. The default KPIs are shown, but decide no exit code. */
    stated: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type SloResult = Static<typeof SloResult>
