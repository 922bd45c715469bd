import { type Static, Type } from 'typebox'
import { ServiceName } from './level.js'

/** Texts, booleans and numbers; a bigint is a whole number beyond 2^53, with all of its digits. */
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.BigInt()])

/**
 * A value drawn anew for every request: a whole number of a range (both ends included), one of a list, a UUID, or
 * a counter that never repeats within a run. Draws come from the run's seed.
 */
export const VariableSpec = Type.Union([
  Type.Object({ int: Type.Tuple([Type.Integer(), Type.Integer()]) }, { additionalProperties: false }),
  Type.Object({ pick: Type.Array(Scalar, { minItems: 1 }) }, { additionalProperties: false }),
  Type.Object({ uuid: Type.Literal(true) }, { additionalProperties: false }),
  Type.Object({ counter: Type.Literal(true) }, { additionalProperties: false }),
])
export type VariableSpec = Static<typeof VariableSpec>

/** What an answer must be to count as throughput. Anything else is an error, however fast it came. */
export const Expectation = Type.Object(
  {
    /** Accepted statuses; any 2xx where absent. */
    status: Type.Optional(
      Type.Union([
        Type.Integer({ minimum: 100, maximum: 599 }),
        Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { minItems: 1 }),
      ]),
    ),
    /** Text that the body must contain. */
    contains: Type.Optional(Type.String({ minLength: 1 })),
    /**
     * Properties that the JSON body must have: dotted path to the value that it must equal, or to `{ exists: true }` for
     * any value (null too), `{ exists: false }` for none.
     */
    json: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([
          ...Scalar.anyOf,
          Type.Null(),
          Type.Object({ exists: Type.Boolean() }, { additionalProperties: false }),
        ]),
      ),
    ),
  },
  { additionalProperties: false },
)
export type Expectation = Static<typeof Expectation>

const ThinkSeconds = Type.Number({ minimum: 0, maximum: 3_600 })

/**
 * One request of a scenario. `path`, the values of `headers` and `body` may hold `{{name}}`, replaced by a variable:
 * of the scenario's `variables`, its `data` or `setup`, or captured from an earlier answer on the same connection.
 * `{{name | url}}` percent-encodes the value, as a part of a URL or a form needs it; `{{{{name}}}}` sends `{{name}}` itself.
 */
export const RequestSpec = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1 })),
    method: Type.Optional(Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])),
    path: Type.String({ pattern: '^/' }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /**
     * A string and bytes (a Buffer) are sent as they are, `URLSearchParams` as a form, anything else as JSON with its content
     * type. In JSON a text that is only `{{name}}` takes the variable's own type: a number stays a number.
     */
    body: Type.Optional(Type.Unknown()),
    expect: Type.Optional(Expectation),
    /** Variable name to dotted path in the JSON answer; kept for the connection's later requests. */
    capture: Type.Optional(Type.Record(Type.String(), Type.String())),
    /**
     * Think time: the user's pause after the answer to this step, in seconds; of [shortest, longest] one is drawn for
     * each answer, evenly spread. It is part of no latency. Closed loop: the connection waits for so long before its
     * next request. Open loop: the schedule goes on, and its next request is that of a user who is neither thinking nor
     * waiting for an answer; where there is none, more users are made, up to ten times the connections, and beyond
     * that the pause that is nearest to its end is cut short.
     */
    thinkSeconds: Type.Optional(Type.Union([ThinkSeconds, Type.Tuple([ThinkSeconds, ThinkSeconds])])),
    /** Relative frequency. Where no step has a weight, each user repeats the steps in order. */
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** Sent once by each user before the load, and in no figure (a log-in whose token the others need). */
    first: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type RequestSpec = Static<typeof RequestSpec>

/** Settings of the load that a scenario may bring along; flags, environment and configuration go before them. */
export const Load = Type.Object(
  {
    connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 600 })),
  },
  { additionalProperties: false },
)
export type Load = Static<typeof Load>

/** Values a `setup` hands to the requests. Of a list, each user gets one (a token, say). */
export type Variables = Readonly<Record<string, SetupValue | readonly SetupValue[]>>
type SetupValue = string | number | boolean | bigint

/** What a scenario's `setup` may do with the booted service. */
export interface SetupApi {
  /** Where the service listens, without a trailing slash. */
  readonly baseUrl: string
  /**
   * Sends one request and gives its status and body (parsed, when it is JSON).
   * @throws Error when no answer comes within 30 s or the connection fails.
   */
  request(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: unknown },
  ): Promise<{
    status: number
    body: unknown
  }>
}

export type Setup = (api: SetupApi) => Promise<Variables>

export const Scenario = Type.Object(
  {
    name: Type.String({ pattern: '^\\S(.*\\S)?$', maxLength: 80 }),
    title: Type.String({ minLength: 1 }),
    summary: Type.Optional(Type.String()),
    variables: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), VariableSpec, {
        additionalProperties: false,
      }),
    ),
    steps: Type.Array(RequestSpec, { minItems: 1 }),
    /** Other steps for levels that have certain services; the first variant that fits goes before `steps`. */
    variants: Type.Optional(
      Type.Array(
        Type.Object(
          {
            needs: Type.Array(ServiceName, { minItems: 1 }),
            steps: Type.Array(RequestSpec, { minItems: 1 }),
          },
          { additionalProperties: false },
        ),
      ),
    ),
    /** Services without which it makes no sense: a level that lacks one skips it. */
    needs: Type.Optional(Type.Array(ServiceName)),
    /**
     * Leaves work in the level's queue on purpose: measuring does not wait until the queue workers are quiet, and the
     * level is booted anew for what comes after it.
     */
    backlog: Type.Optional(Type.Boolean()),
    load: Type.Optional(Load),
    /** Objectives such as `p99<500ms`, `errors<0.1%`, `throughput>1000/s`. */
    slo: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    /**
     * A CSV file (with a head line) or a JSON list of objects, relative to the scenario: its columns are variables. Values
     * of JSON keep their type, those of CSV are texts. Each request takes the next row; columns that a `first` step uses
     * are those of the user's own row.
     */
    data: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)

/** A pattern of requests, as data, with an optional `setup` that runs once against the booted service. */
export type Scenario = Static<typeof Scenario> & { setup?: Setup }
