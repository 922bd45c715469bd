import { type Static, Type } from 'typebox'
import { Count, NullableNumber } from '../schema/fields.js'

/** Where every request went: `sent` is the sum of all the others. */
export const Counts = Type.Object(
  {
    sent: Count,
    /** Answered as the scenario expects. Only these are throughput. */
    ok: Count,
    badStatus: Count,
    badBody: Count,
    timeout: Count,
    /** The connection failed or was closed before the answer was complete. */
    connectionError: Count,
    /** Still in flight when measuring ended. */
    unfinished: Count,
  },
  { additionalProperties: false },
)
export type Counts = Static<typeof Counts>

/**
 * One second of a measurement. Latencies are in µs, of the answers that came as expected: closed loop, in that second;
 * open loop, to the requests that were to be sent in it.
 */
export const Interval = Type.Object(
  {
    /** Start, in seconds since measuring began. */
    atSeconds: Type.Number({ minimum: 0 }),
    /** Length in seconds: 1, but for the last one. */
    seconds: Type.Number({ exclusiveMinimum: 0 }),
    ok: Count,
    errors: Count,
    /** Open loop only: arrivals that the schedule has in this second. */
    scheduled: Type.Optional(Count),
    p50Us: NullableNumber,
    p99Us: NullableNumber,
  },
  { additionalProperties: false },
)
export type Interval = Static<typeof Interval>

/** What one wrong answer, or what came instead of an answer, looked like. Texts are cut short, on one line. */
export const ErrorExample = Type.Object(
  {
    status: Type.Optional(Type.Integer()),
    /** Its `Location`. */
    location: Type.Optional(Type.String()),
    /** How its body begins; of what is no HTTP, how that begins, or what the parser said. */
    text: Type.Optional(Type.String()),
    /** Of a connection that was closed: how long it had been idle before the request. */
    idleSeconds: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)
export type ErrorExample = Static<typeof ErrorExample>

/** One kind of error: how often, in which steps, and what the first looked like. */
export const ErrorKind = Type.Object(
  {
    what: Type.String(),
    count: Count,
    /** Most frequent first; absent where no request can be blamed, and in files of before 2026-12. */
    steps: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), count: Count }, { additionalProperties: false })),
    ),
    example: Type.Optional(ErrorExample),
  },
  { additionalProperties: false },
)
export type ErrorKind = Static<typeof ErrorKind>

/** What the generators themselves cost: the evidence that they were not what limited the figure. */
export const GeneratorHealth = Type.Object(
  {
    processes: Type.Integer({ minimum: 1 }),
    /** Mean share of a core that the busiest generator process used, 0 to 1 and a little above (its helpers count). */
    cpuShare: Type.Number({ minimum: 0 }),
    /** 99th percentile of the busiest generator's event-loop delay, in µs. */
    loopDelayP99Us: Type.Number({ minimum: 0 }),
    /**
     * Share of the time in which the busiest generator's event loop was not idle (`eventLoopUtilization`), or on Linux,
     * if that is more, in which its main thread ran or waited for a core, 0 to 1. It nears 1 for a generator that gets
     * less CPU than it needs, whatever `cpuShare` says.
     */
    loopUtilisation: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Share of the time in which the generator that waited longest was ready to run and had no core, 0 to 1. */
    waitShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /**
     * Requests that could not be sent since a generator had no file, local port or memory left for their connection, by
     * the error's code. They are in no count: the service has no part in them. Absent where there were none.
     */
    limits: Type.Optional(
      Type.Array(Type.Object({ what: Type.String(), count: Count }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
)
export type GeneratorHealth = Static<typeof GeneratorHealth>

/** What only an open loop can tell. */
export const OpenFacts = Type.Object(
  {
    arrival: Type.Enum(['uniform', 'poisson']),
    /** Arrivals of the whole schedule: `Counts.sent` + `unsent` + those of `GeneratorHealth.limits`. */
    scheduled: Count,
    /** Never sent: the connections were all taken until their time was up, or the end came first. */
    unsent: Count,
    /** Connections that were allowed, and the most that were open at once. */
    maxConnections: Count,
    peakConnections: Count,
    /** From the moment of sending to the answer, in µs: encoded like `Sample.histogram`. */
    serviceHistogram: Type.String(),
    /** Send lag: moment of sending − intended moment, in µs, of everything that was sent. Encoded like `Sample.histogram`. */
    lagHistogram: Type.String(),
    /**
     * The generator's own part of the lag: the moment at which it came to a request − the intended one, in µs, of
     * everything scheduled. The rest is waiting for a free connection. Encoded like `Sample.histogram`.
     */
    ownLagHistogram: Type.String(),
    /**
     * Start and length, in µs since the schedule began, of the times in which a generator that was awake with nothing to
     * do got no further for 200 µs or more, and did not collect garbage: something else had its core, or the machine
     * stood still. They lengthen latencies, and belong to neither the service nor the generator. In order, at most 5,000
     * a generator.
     */
    pauses: Type.Optional(Type.Array(Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })]))),
    /** The schedule's beginning by the machine's monotonic clock, in µs. */
    beganUs: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)
export type OpenFacts = Static<typeof OpenFacts>

/**
 * Users who had to log in: by the steps marked `first`, before the load and in no figure; or by a step that others wait for.
 */
export const LogIns = Type.Object(
  {
    /** Who were to log in, and who did. */
    users: Count,
    loggedIn: Count,
    /** From the first log-in to the end of the last, before the load. */
    seconds: Type.Number({ minimum: 0 }),
    /** Open loop: users whom the load needed beyond those who had logged in; they shared the log-ins of others. */
    shared: Count,
    /** What came instead of log-ins, the most frequent first. */
    refused: Type.Array(
      Type.Object(
        { step: Type.String(), what: Type.String(), count: Count },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type LogIns = Static<typeof LogIns>

/** What an engine brings back from one measured phase. */
export const Sample = Type.Object(
  {
    engine: Type.Enum(['closed-loop', 'open-loop', 'fake']),
    /** Measured length in µs, by the monotonic clock. */
    durationUs: Type.Number({ minimum: 0 }),
    counts: Counts,
    /** Answers by HTTP status. */
    statuses: Type.Record(Type.String(), Count),
    /** What went wrong, most frequent first, with how often. */
    errors: Type.Array(ErrorKind),
    bytesReceived: Count,
    /**
     * Time in µs of the `ok` answers and of the censored ones (timed out, unfinished, unsent: at their elapsed time,
     * a lower bound): an HDR histogram of 3 significant digits, V2 compressed, base64. Empty string when none. Closed
     * loop: service time, from sending. Open loop: latency, from the moment at which the request was to be sent.
     */
    histogram: Type.String(),
    /** How many of the histogram's values are such lower bounds. */
    censored: Count,
    /** Closed loop: when the last answer as expected came, in µs since the start. */
    lastOkUs: Type.Optional(Type.Number({ minimum: 0 })),
    /** Requests that were given up when their answers had been waited for behind the end; absent for none. */
    leftBehind: Type.Optional(Count),
    intervals: Type.Array(Interval),
    /** Per step of the scenario, in its order: what was sent and what came back as expected; of a `first` step nothing. */
    steps: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          sent: Count,
          ok: Count,
          histogram: Type.String(),
          /** When it began to fail, having gone well before; absent where it did not. See `onsetOf`. */
          onset: Type.Optional(
            Type.Object(
              {
                atSeconds: Type.Number({ minimum: 0 }),
                /** So many failed from then on, of so many that ended. */
                errors: Count,
                of: Count,
                /** Whether none was answered as expected any more. */
                isEvery: Type.Boolean(),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    generator: GeneratorHealth,
    /** Absent where nobody had to log in. */
    logIns: Type.Optional(LogIns),
    /** Open loop only. */
    open: Type.Optional(OpenFacts),
  },
  { additionalProperties: false },
)
export type Sample = Static<typeof Sample>

/** Progress of a phase, about once a second: counts since its start. */
export interface Tick {
  readonly elapsedSeconds: number
  readonly ok: number
  readonly errors: number
  /** What went wrong, the most frequent kinds. */
  readonly faults?: Sample['errors']
  /** Of the seconds that became known since the last tick, one a generator: encoded like `Sample.histogram`. */
  readonly histograms?: readonly string[]
  /** Share of the last second in which the busiest generator was busy, 0 to 1. */
  readonly busyShare?: number
  /** Open loop: 99th percentile of the latest generator's own part of the send lag, in µs. */
  readonly ownLagUs?: number
}
