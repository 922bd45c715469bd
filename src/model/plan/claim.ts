import { type Static, type TProperties, Type } from 'typebox'

const Scenario = Type.String({ minLength: 1 })
const Workers = Type.Integer({ minimum: 1 })
const Bound = Type.Number({ exclusiveMinimum: 0 })

const figure = <Kind extends string, Parts extends TProperties>(kind: Kind, parts: Parts) =>
  Type.Object({ kind: Type.Literal(kind), scenario: Scenario, ...parts }, { additionalProperties: false })

/** The figure of a level that a claim is about. */
const ClaimFigure = Type.Union([
  /** Capacity with so many workers ÷ that with one. */
  figure('speed-up', { workers: Workers }),
  /** Requests per second, with the worker count that serves most unless one is named. */
  figure('capacity', { workers: Type.Optional(Workers) }),
  /** p99 in ms at the rate that all levels were measured at. */
  figure('answer', {}),
  /** Capacity with most nodes ÷ (nodes × the capacity of one worker of the level `of`). */
  figure('share', { of: Type.Integer({ minimum: 0 }) }),
  /** Requests of the busiest worker ÷ those of a mean one, with most workers. */
  figure('skew', {}),
  /** Tasks that the queue held at once. */
  figure('queued', {}),
])

/** What somebody says of a level, as a bound of a figure: `rungs ladder` judges it. */
export const Claim = Type.Object(
  {
    text: Type.String({ minLength: 1 }),
    figure: ClaimFigure,
    bound: Type.Union([
      Type.Object({ atLeast: Bound }, { additionalProperties: false }),
      Type.Object({ atMost: Bound }, { additionalProperties: false }),
    ]),
    /** Cores that the claim is made of; absent where any will do. */
    cores: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
)
export type Claim = Static<typeof Claim>
