import { type Static, Type } from 'typebox'
import { ProfileName, ProfileReading } from '../plan/profile.js'
import { SloResult } from '../plan/slo.js'
import { Count, NullableNumber, NullableString } from '../schema/fields.js'
import { Sample } from './sample.js'
import { ServerTruth } from './server-truth.js'

/** From the least to the most grave. */
export const VALIDITY_STATES = [
  'valid',
  'unsteady',
  'noisy',
  'generator-bound',
  'machine-busy',
  'unreconciled',
  'no-data',
  'locked-out',
] as const

/** Whether a conclusion may be drawn from a cell, and why not. */
export const Validity = Type.Object(
  {
    /**
     * `locked-out`: users who had to log in never did, so that the load was not the one that was asked for. `unsteady`: the
     * figures are of more than one state of the service. `machine-busy`: others had the CPU.
     */
    state: Type.Enum(VALIDITY_STATES),
    evidence: Type.Array(Type.String()),
    /** Of a capacity: where its throughput was still going. */
    trend: Type.Optional(Type.Enum(['rising', 'falling'])),
  },
  { additionalProperties: false },
)
export type Validity = Static<typeof Validity>

/** The figures of a sample that people look at first. Times in µs, rates per second, CPU in µs per request. */
export const Summary = Type.Object(
  {
    /** Answers as expected ÷ measured time. */
    throughput: Type.Number({ minimum: 0 }),
    /** Closed loop: service time at full load, which is not the latency that users see at a given rate. */
    p50Us: NullableNumber,
    p95Us: NullableNumber,
    p99Us: NullableNumber,
    maxUs: NullableNumber,
    /** Everything but `ok` and `unfinished`, ÷ everything but `unfinished`. */
    errorRate: Type.Number({ minimum: 0, maximum: 1 }),
    /** CPU time of the level's own processes per request answered as expected. */
    cpuPerRequestUs: NullableNumber,
    rssPeakBytes: Type.Union([Count, Type.Null()]),
  },
  { additionalProperties: false },
)
export type Summary = Static<typeof Summary>

/** Times in µs; null where there is nothing, or too little, to take them from (see `valuesNeeded`). */
export const Percentiles = Type.Object(
  {
    p50Us: NullableNumber,
    p90Us: NullableNumber,
    p95Us: NullableNumber,
    p99Us: NullableNumber,
    p999Us: NullableNumber,
    maxUs: NullableNumber,
  },
  { additionalProperties: false },
)
export type Percentiles = Static<typeof Percentiles>

/** Latency under an open-loop load: what users see at that rate. */
export const LatencyPhase = Type.Object(
  {
    profile: ProfileName,
    /** Arrivals per second that the profile's 100 % stands for; of `steady`, the rate itself. */
    rate: Type.Number({ exclusiveMinimum: 0 }),
    /** Share of a capacity; null where the rate was given. */
    share: NullableNumber,
    /** Whose capacity: the lowest of all levels, so that latencies compare, or its own, as where it is absent. */
    shareOf: Type.Optional(Type.Enum(['lowest', 'own'])),
    stages: Type.Array(
      Type.Object(
        {
          seconds: Type.Number({ exclusiveMinimum: 0 }),
          from: Type.Number({ minimum: 0 }),
          to: Type.Number({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
    sample: Sample,
    server: ServerTruth,
    validity: Validity,
    /** From the intended moment of sending to the answer. */
    latency: Percentiles,
    /** From the real moment of sending to the answer. */
    service: Percentiles,
    /** 99th percentile of real − intended moment of sending. */
    lagP99Us: NullableNumber,
    /** 99th percentile of the generator's own part of it; the rest is waiting for a free connection. */
    ownLagP99Us: NullableNumber,
    /** Everything scheduled but `ok` and `unfinished`, ÷ everything scheduled but `unfinished`; what was never sent counts. */
    errorRate: Type.Number({ minimum: 0, maximum: 1 }),
    /** What this profile is for, read from it; null for `steady`. */
    reading: Type.Union([ProfileReading, Type.Null()]),
  },
  { additionalProperties: false },
)
export type LatencyPhase = Static<typeof LatencyPhase>

/** The stage at which a cell failed. */
export const Stage = Type.Enum(['services', 'prepare', 'boot', 'setup', 'warm-up', 'measure', 'latency'])
export type Stage = Static<typeof Stage>

/** What became of a cell. A finished sample is never dropped, even when the cell failed after it. */
export const Outcome = Type.Union([
  Type.Object(
    {
      state: Type.Literal('completed'),
      sample: Sample,
      summary: Summary,
      server: ServerTruth,
      validity: Validity,
      /** Null where only capacity was measured. */
      latency: Type.Union([LatencyPhase, Type.Null()]),
      /** Why the latency that was wanted could not be measured. */
      latencyFailure: Type.Optional(
        Type.Object(
          { error: Type.String(), log: Type.Array(Type.String()), sample: Type.Union([Sample, Type.Null()]) },
          { additionalProperties: false },
        ),
      ),
      slo: Type.Array(SloResult),
      warnings: Type.Array(Type.String()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { state: Type.Literal('skipped'), reason: Type.String(), fix: NullableString },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      state: Type.Literal('failed'),
      stage: Stage,
      error: Type.String(),
      /** The last lines that the level's processes wrote. */
      log: Type.Array(Type.String()),
      sample: Type.Union([Sample, Type.Null()]),
    },
    { additionalProperties: false },
  ),
])
export type Outcome = Static<typeof Outcome>
export type CompletedOutcome = Extract<Outcome, { state: 'completed' }>
