import { type Static, Type } from 'typebox'
import { Claim } from '../plan/claim.js'
import { recordHead } from '../run/record.js'
import { ErrorKind } from '../run/sample.js'
import { Count, NullableString } from '../schema/fields.js'

const Seconds = Type.Number({ minimum: 0 })
const Rate = Type.Number({ exclusiveMinimum: 0 })

/** The rate at which the latency of a scenario is measured at every level. */
export const EqualRate = Type.Object(
  {
    scenario: Type.String(),
    /** Requests per second; null where no level gave a capacity to take a share of. */
    rate: Type.Union([Rate, Type.Null()]),
    /** The level whose capacity it is a share of, by the key in `run.json`, and that capacity; null where a rate was given. */
    of: Type.Union([
      Type.Object({ level: Type.String(), capacity: Rate }, { additionalProperties: false }),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
)
export type EqualRate = Static<typeof EqualRate>

/** One use of a level's own `reload` control under a light load, timed until every worker was a new one. */
export const Reload = Type.Object(
  {
    /** By the key in `run.json`. */
    level: Type.String(),
    /** From the command until every worker was new; null where that was not seen, as `error` tells. */
    seconds: Type.Union([Seconds, Type.Null()]),
    /** Until the command itself had ended; null where it failed. */
    commandSeconds: Type.Union([Seconds, Type.Null()]),
    /** Whose requests arrived meanwhile; files of before 2026-11-22 lack it, and their requests went to the readiness path. */
    scenario: Type.Optional(Type.String()),
    /** Requests per second meanwhile, which had how many answers, and how many failed. */
    rate: Rate,
    answered: Count,
    lost: Count,
    /** What the failed ones met with. */
    faults: Type.Array(ErrorKind),
    error: NullableString,
  },
  { additionalProperties: false },
)
export type Reload = Static<typeof Reload>

/** The result file of `rungs ladder`, which lies beside the `run.json` that holds its cells. */
export const Ladder = Type.Object(
  {
    ...recordHead('ladder', 1),
    /** Of the lowest level's capacity, that latency is measured at; null where the rate was given. */
    share: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
    rates: Type.Array(EqualRate),
    /** Every boot, by the level's key in `run.json`: prepared, started, ready. */
    boots: Type.Array(
      Type.Object({ level: Type.String(), seconds: Seconds }, { additionalProperties: false }),
    ),
    reloads: Type.Array(Reload),
    /** What is said of the levels, by their numbers; files of before 2026-12-01 lack it. */
    claims: Type.Optional(
      Type.Array(
        Type.Object({ level: Type.Integer({ minimum: 0 }), claim: Claim }, { additionalProperties: false }),
      ),
    ),
  },
  { $id: 'https://rungs.dev/schemas/ladder-1.json', title: 'rungs ladder', additionalProperties: false },
)
export type Ladder = Static<typeof Ladder>
