import { type Static, Type } from 'typebox'
import { Count } from '../schema/fields.js'

/** What a gate found when it compared everything that base and head can read, before any measuring. */
export const GateIdentity = Type.Object(
  {
    same: Type.Boolean(),
    /** Names that `gate.artefacts` gives, which then decide alone; null: everything counts. */
    artefacts: Type.Union([Type.Array(Type.String()), Type.Null()]),
    /** What differs, a folder that one side lacks being one. */
    differing: Type.Object(
      {
        count: Count,
        /** The first ones, what is in node_modules last. */
        sample: Type.Array(Type.String()),
      },
      { additionalProperties: false },
    ),
    /** What differs and does not count, by `gate.ignore`: the first ones. */
    leftOut: Type.Object(
      { count: Count, sample: Type.Array(Type.String()) },
      { additionalProperties: false },
    ),
    /** What a reader of the verdict must know, a sentence each. */
    notes: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type GateIdentity = Static<typeof GateIdentity>
