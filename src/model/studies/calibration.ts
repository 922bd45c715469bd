import { type Static, Type } from 'typebox'
import { recordHead } from '../run/record.js'
import { Counts } from '../run/sample.js'
import { Count, NullableNumber } from '../schema/fields.js'

/**
 * `not-judged`: too few requests lie beyond the percentile for it to say anything of the instrument. `paused`: the error
 * is larger than tolerated, but more requests met a pause of the machine than lie beyond the percentile: it says what the
 * machine did.
 */
export const CalibrationVerdict = Type.Enum(['within', 'outside', 'not-judged', 'paused'])
export type CalibrationVerdict = Static<typeof CalibrationVerdict>

/** One percentile, as the fixture implies it and as it was measured. Times in µs. */
export const PercentileError = Type.Object(
  {
    percentile: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
    /** Of an instrument without error, on this machine with its pauses. */
    expectedUs: NullableNumber,
    /** Of the server alone, by its own clock: without what the machine's pauses add. */
    undisturbedUs: NullableNumber,
    measuredUs: NullableNumber,
    /** Measured − expected. */
    errorUs: NullableNumber,
    /** `errorUs` ÷ expected. */
    errorShare: NullableNumber,
    verdict: CalibrationVerdict,
  },
  { additionalProperties: false },
)
export type PercentileError = Static<typeof PercentileError>

/** What the fixture's server counted. `requests` is the sum of the others and of what it had not answered by the end. */
export const FixtureCounts = Type.Object(
  {
    requests: Count,
    answered: Count,
    /** Connections that it closed without a reply. */
    dropped: Count,
    /** Requests that it will never answer. */
    hung: Count,
  },
  { additionalProperties: false },
)
export type FixtureCounts = Static<typeof FixtureCounts>

/**
 * Times of 200 µs and more in which a process was awake, with nothing to do but to look for work, and got no further:
 * the machine stood still, or its core was elsewhere.
 */
export const PauseSummary = Type.Object(
  {
    count: Count,
    /** Their share of the schedule's time. */
    share: Type.Number({ minimum: 0 }),
    longestUs: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
)
export type PauseSummary = Static<typeof PauseSummary>

/** One fixture at one rate, measured by the open loop. */
export const CalibrationMeasurement = Type.Object(
  {
    /** Arrivals per second. */
    rate: Type.Number({ exclusiveMinimum: 0 }),
    seconds: Type.Number({ exclusiveMinimum: 0 }),
    /** Arrivals of the whole schedule, and those of them that were never sent. */
    scheduled: Count,
    unsent: Count,
    counts: Counts,
    server: FixtureCounts,
    percentiles: Type.Array(PercentileError),
    /** 99th percentile of moment of sending − intended moment, in µs. */
    sendLagP99Us: NullableNumber,
    /**
     * The part of it that is the generator's own lateness: 99th percentile of the moment at which it came to a request
     * − the intended one, in µs. The rest is waiting for a connection, and connecting.
     */
    ownLagP99Us: NullableNumber,
    /** Share of a core that the busiest generator process used. */
    generatorCpuShare: Type.Number({ minimum: 0 }),
    /** Of the two processes; they are part of what is expected. */
    pauses: Type.Object({ generator: PauseSummary, server: PauseSummary }, { additionalProperties: false }),
    /** Share of the time in which something on this machine waited for a CPU; absent where the system does not tell. */
    cpuPressure: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /**
     * Largest error of each of the repeated measurements of which this is the one in the middle, ascending, as a multiple
     * of what is tolerated.
     */
    largestErrors: Type.Array(Type.Number({ minimum: 0 })),
    /** What does not add up, or makes the figures void: a line each; empty when all is well. */
    problems: Type.Array(Type.String()),
    verdict: CalibrationVerdict,
  },
  { additionalProperties: false },
)
export type CalibrationMeasurement = Static<typeof CalibrationMeasurement>

/** What another tool says of the same server. Times in µs, as precise as the tool gives them. */
export const PeerReading = Type.Union([
  Type.Object(
    {
      tool: Type.String(),
      state: Type.Literal('measured'),
      connections: Type.Integer({ minimum: 1 }),
      seconds: Type.Number({ exclusiveMinimum: 0 }),
      p50Us: NullableNumber,
      p90Us: NullableNumber,
      p99Us: NullableNumber,
      /** Answers and errors that it counted. */
      answers: Count,
      errors: Count,
      /** The server's own counts of the same load. */
      server: FixtureCounts,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { tool: Type.String(), state: Type.Enum(['not-installed', 'failed']), reason: Type.String() },
    { additionalProperties: false },
  ),
])
export type PeerReading = Static<typeof PeerReading>

export const CalibratedFixture = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    /** Where the expected figures come from: the server's own clock, or stall times and the schedule. */
    truth: Type.Enum(['server-clock', 'schedule']),
    /** An error is within tolerance up to the larger of the two. */
    tolerance: Type.Object(
      { share: Type.Number({ minimum: 0 }), us: Type.Number({ minimum: 0 }) },
      { additionalProperties: false },
    ),
    measurements: Type.Array(CalibrationMeasurement),
    /** Closed loops, which do not know of a rate. */
    peers: Type.Array(PeerReading),
  },
  { additionalProperties: false },
)
export type CalibratedFixture = Static<typeof CalibratedFixture>

/** A server whose capacity is known, measured by the closed loop as a run does. */
export const CalibratedCapacity = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    connections: Type.Integer({ minimum: 1 }),
    /** Share of what is expected by which the measured rate may differ. */
    tolerance: Type.Number({ minimum: 0 }),
    /** By the server's own clock; null where it answered nothing. */
    expectedPerSecond: NullableNumber,
    measuredPerSecond: Type.Number({ minimum: 0 }),
    errorShare: NullableNumber,
    verdict: CalibrationVerdict,
  },
  { additionalProperties: false },
)
export type CalibratedCapacity = Static<typeof CalibratedCapacity>

/** One reading of another tool, of the fixture of that name. */
const ReadPeer = Type.Object(
  { fixture: Type.String(), reading: PeerReading },
  { additionalProperties: false },
)

/** What is measured, and how often: a calibration goes on only as it began. */
const PlannedCalibration = Type.Object(
  {
    /** In the order of `fixtures`. */
    schedules: Type.Array(
      Type.Object(
        {
          fixture: Type.String(),
          rate: Type.Number({ exclusiveMinimum: 0 }),
          seconds: Type.Number({ exclusiveMinimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
    repeats: Type.Integer({ minimum: 1 }),
    peerSeconds: Type.Number({ minimum: 0 }),
    hasCapacity: Type.Boolean(),
  },
  { additionalProperties: false },
)

/** The result file of `rungs calibrate`: how far the instrument's figures lie from what is known to be true. */
export const Calibration = Type.Object(
  {
    ...recordHead('calibrate', 1),
    /** Cores of the generator and of the server, or null where they were not kept apart. */
    affinity: Type.Union([
      Type.Object(
        { generator: Type.Array(Count), service: Type.Array(Count) },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    /** Shortened for a trial: no figure to quote. */
    quick: Type.Boolean(),
    seed: Count,
    /** Files of before 2026-12-01 lack it, and what follows. */
    plan: Type.Optional(PlannedCalibration),
    /** Every measurement, in the order in which they were made: round after round over `plan.schedules`. */
    readings: Type.Optional(Type.Array(CalibrationMeasurement)),
    /** Every reading of other tools, likewise. */
    peers: Type.Optional(Type.Array(ReadPeer)),
    /** Of each fixture, the repeats that lie in the middle. */
    fixtures: Type.Array(CalibratedFixture),
    capacity: Type.Optional(Type.Array(CalibratedCapacity)),
    verdict: CalibrationVerdict,
  },
  {
    $id: 'https://rungs.dev/schemas/calibration-1.json',
    title: 'rungs calibration',
    additionalProperties: false,
  },
)
export type Calibration = Static<typeof Calibration>
