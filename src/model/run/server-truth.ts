import { type Static, Type } from 'typebox'
import { Count, NullableNumber, NullableString } from '../schema/fields.js'
import { Timeline } from './timeline.js'

/** CPU and memory of one role of a level (`web`, `queue`, `proxy`) or of a service, over the measured phase. */
export const ProcessUsage = Type.Object(
  {
    name: Type.String(),
    role: Type.Enum(['web', 'queue', 'proxy', 'service']),
    /** Processes seen at the end of the phase. */
    processes: Count,
    /** CPU time in µs that its processes used, children that ended included as far as they were seen. */
    cpuUs: Type.Number({ minimum: 0 }),
    /** Highest sum of resident set sizes that was sampled. */
    rssPeakBytes: Count,
  },
  { additionalProperties: false },
)
export type ProcessUsage = Static<typeof ProcessUsage>

/** Requests that one worker served during the measured phase, by its own count. */
export const WorkerShare = Type.Object(
  { workerId: Type.String(), requests: Count },
  { additionalProperties: false },
)
export type WorkerShare = Static<typeof WorkerShare>

/** What a level's queue did during a phase, by its own count. Depth is everything accepted that is not at its end. */
export const QueueTruth = Type.Object(
  {
    /** Between the first look and the last; the counts are of that time. */
    seconds: Type.Number({ minimum: 0 }),
    enqueued: Count,
    done: Count,
    failed: Count,
    depthAtStart: Count,
    depthAtEnd: Count,
    depthMin: Count,
    depthMax: Count,
    /**
     * From enqueued (or from the end of its delay) to done, of the tasks that were done: how many took at most `leUs` µs
     * and more than the bound before. Sorted; empty buckets are left out.
     */
    completion: Type.Array(
      Type.Object(
        { leUs: Type.Number({ exclusiveMinimum: 0 }), count: Count },
        { additionalProperties: false },
      ),
    ),
    /** Why nothing is known, where nothing is; then all else is empty. */
    unknown: NullableString,
  },
  { additionalProperties: false },
)
export type QueueTruth = Static<typeof QueueTruth>

/** What was seen on the server's side while the client measured. */
export const ServerTruth = Type.Object(
  {
    usage: Type.Array(ProcessUsage),
    /** Null where the level has no `workerPath`. */
    workers: Type.Union([
      Type.Object(
        {
          expected: Type.Integer({ minimum: 1 }),
          /** Served by each worker that was seen both before and after. */
          shares: Type.Array(WorkerShare),
          /** Workers seen only before or only after: they ended or came during the phase. */
          changed: Count,
          /** Why the counts could not be read, where they could not; then `shares` is empty. */
          unknown: NullableString,
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    /** Absent where the level has no `queuePath`. */
    queue: Type.Optional(QueueTruth),
    /** Share of the machine's CPU time that the hypervisor gave to others, 0 to 1. Null where unknown. */
    stealShare: NullableNumber,
    /** Share of the machine's CPU time that was used by anything, 0 to 1. Null where unknown. */
    busyShare: NullableNumber,
    /**
     * Share of the machine's CPU time that processes took which are neither the level's or its services' nor rungs' own,
     * interrupts left out: what was used, less what is known. Null where unknown: not all of the service's processes are
     * watched, or the system does not tell.
     */
    othersShare: Type.Optional(NullableNumber),
    /** Others than the processes of `usage` do the work: those did next to nothing, or do not listen at the service's port. */
    elsewhere: Type.Optional(Type.Boolean()),
    /**
     * What watching cost, at most: all CPU time in µs that rungs' own process used meanwhile, which does little else;
     * the generators are processes of their own.
     */
    observerCpuUs: Type.Number({ minimum: 0 }),
    /** The same seconds as the client's, sampled; absent where nothing was. */
    timeline: Type.Optional(Timeline),
  },
  { additionalProperties: false },
)
export type ServerTruth = Static<typeof ServerTruth>
