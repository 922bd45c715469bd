import { type Static, Type } from 'typebox'
import { Validity } from '../run/outcome.js'
import { ErrorKind } from '../run/sample.js'
import { Count, NullableString } from '../schema/fields.js'

const counted = {
  requests: Count,
  /** All that were not answered as the scenario expects, wrong bodies included. */
  errors: Count,
  /** What they were; absent where there were none, and in files of before 2026-12. */
  kinds: Type.Optional(Type.Array(ErrorKind)),
}

/** Requests of one arm. */
export const ArmRequests = Type.Object(counted, { additionalProperties: false })
export type ArmRequests = Static<typeof ArmRequests>

const SliceArm = Type.Object(
  {
    /** Answers as expected. */
    ok: Count,
    /** CPU time of the arm's process tree in ns. */
    cpuNs: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
)

/** Closed-loop load on both arms at once, for about a second. */
export const GateSlice = Type.Object(
  { seconds: Type.Number({ exclusiveMinimum: 0 }), base: SliceArm, head: SliceArm },
  { additionalProperties: false },
)
export type GateSlice = Static<typeof GateSlice>

/** Whether a phase's figures count, and why not. */
const judged = {
  validity: Validity,
  /** Null where they count. */
  dropped: NullableString,
}

/** Throughput and cost: slices of closed-loop load. */
export const CapacityPhase = Type.Object(
  { slices: Type.Array(GateSlice), base: ArmRequests, head: ArmRequests, ...judged },
  { additionalProperties: false },
)
export type CapacityPhase = Static<typeof CapacityPhase>

const LatencyArm = Type.Object(
  {
    ...counted,
    /** From the intended moment of sending, in µs: HDR V2 compressed, base64. Empty string when none. */
    histogram: Type.String(),
  },
  { additionalProperties: false },
)

/** Both arms at once at the same fixed rate, open loop. */
export const GateLatencyPhase = Type.Object(
  {
    /** Requests per second and arm. */
    rate: Type.Number({ exclusiveMinimum: 0 }),
    seconds: Type.Number({ exclusiveMinimum: 0 }),
    base: LatencyArm,
    head: LatencyArm,
    ...judged,
  },
  { additionalProperties: false },
)
export type GateLatencyPhase = Static<typeof GateLatencyPhase>

/** One scenario in one block. */
export const GateCell = Type.Object(
  {
    scenario: Type.String(),
    capacity: CapacityPhase,
    /** Null where no latency metric was asked for. */
    latency: Type.Union([GateLatencyPhase, Type.Null()]),
  },
  { additionalProperties: false },
)
export type GateCell = Static<typeof GateCell>

/** A fresh pair of processes and all that was measured of it: the replicate. */
export const GateBlock = Type.Object(
  {
    /** From 1. */
    index: Type.Integer({ minimum: 1 }),
    startedAt: Type.String(),
    /** From booting to both being stopped. */
    seconds: Type.Number({ exclusiveMinimum: 0 }),
    /** The coin flip: which arm was started first, and is loaded first of the two. */
    first: Type.Enum(['base', 'head']),
    cells: Type.Array(GateCell),
    /** Resident set sizes of the process trees after warm-up, in bytes; null where unknown. */
    rssBytes: Type.Union([
      Type.Object({ base: Count, head: Count }, { additionalProperties: false }),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
)
export type GateBlock = Static<typeof GateBlock>
