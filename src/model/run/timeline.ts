import { type Static, Type } from 'typebox'
import { NullableNumber } from '../schema/fields.js'

/** One quantity of one thing, sampled over a phase. A quantity that a service does not have is absent, not zero. */
export const Series = Type.Object(
  {
    /** What was watched: `app`, `app/1234` (a process of the tree), `worker 1234`, `postgres`, `machine`. */
    of: Type.String(),
    what: Type.Enum([
      'cpu', // share of a core
      'rss', // bytes
      'threads',
      'loop-delay-p99', // µs
      'loop-utilisation', // 0 to 1
      'gc', // share of the time
      'requests', // per second, of a worker
      'db-pool-used', // connections
      'db-pool-waiting', // requests for one
      'db-connections', // of the server
      'queue-waiting', // tasks
      'queue-active', // tasks
      'queue-delayed', // tasks
      'queue-enqueued', // tasks per second
      'queue-done', // tasks per second
      'steal', // share of the machine's CPU time
      'busy', // share of the machine's CPU time
      'load', // runnable processes, 1-minute mean
    ]),
    /** One a sample; null where this one is missing. */
    values: Type.Array(NullableNumber),
  },
  { additionalProperties: false },
)
export type Series = Static<typeof Series>

/** Server truth over time, on the client's axis. */
export const Timeline = Type.Object(
  {
    /** Seconds since measuring began, one a sample. */
    atSeconds: Type.Array(Type.Number()),
    series: Type.Array(Series),
  },
  { additionalProperties: false },
)
export type Timeline = Static<typeof Timeline>
