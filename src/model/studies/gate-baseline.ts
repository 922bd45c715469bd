import { type Static, Type } from 'typebox'
import { Machine } from '../run/machine.js'

/** Version of a stored baseline. A reader refuses a higher one. */
export const BASELINE_VERSION = 1

const Figure = Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()])

/** Absolute figures of one arm of a gate, medians over its blocks; null where there are none. */
export const BaselineFigures = Type.Object(
  {
    scenario: Type.String(),
    /** Answers as expected per second, the other arm being loaded at the same time. */
    throughput: Figure,
    cpuPerRequestUs: Figure,
    /** Latencies are those at this rate. */
    rate: Figure,
    p50Us: Figure,
    p95Us: Figure,
    p99Us: Figure,
  },
  { additionalProperties: false },
)
export type BaselineFigures = Static<typeof BaselineFigures>

export const GateBaseline = Type.Object(
  {
    schemaVersion: Type.Literal(BASELINE_VERSION),
    gate: Type.String(),
    arm: Type.String(),
    recordedAt: Type.String(),
    machine: Machine,
    level: Type.String(),
    figures: Type.Array(BaselineFigures),
  },
  { $id: 'https://rungs.dev/schemas/baseline-1.json', title: 'rungs baseline', additionalProperties: false },
)
export type GateBaseline = Static<typeof GateBaseline>
