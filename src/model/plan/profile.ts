import { type Static, Type } from 'typebox'
import { NullableNumber, NullableString } from '../schema/fields.js'

/** Shapes of an open-loop load. `stages` is a user's own. */
export const ProfileName = Type.Enum(['steady', 'ramp', 'spike', 'stress', 'soak', 'stages'])
export type ProfileName = Static<typeof ProfileName>

/** A piece of a profile, its rates as multiples of the profile's base rate. */
export const ProfileStage = Type.Object(
  {
    seconds: Type.Number({ exclusiveMinimum: 0 }),
    from: Type.Number({ minimum: 0 }),
    to: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
)
export type ProfileStage = Static<typeof ProfileStage>

/** What a profile is for, read from its result. Rates per second, times in seconds or µs as their names say. */
export const ProfileReading = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('breaking-point'),
      /** The highest rate of a second that was still good, and the first of one that no longer was; null: none. */
      goodRate: NullableNumber,
      brokeAtRate: NullableNumber,
      /** What broke first, for people. */
      why: NullableString,
      /** Seconds from the return to a bearable rate until latency was back; null: never, or it never broke. */
      recoverySeconds: NullableNumber,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('recovery'),
      baselineP99Us: NullableNumber,
      peakP99Us: NullableNumber,
      /** Seconds from the end of the spike until p99 and errors were back; null: not within the measurement. */
      recoverySeconds: NullableNumber,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('drift'),
      /** Theil–Sen slopes over the measurement. */
      p99UsPerHour: NullableNumber,
      rssBytesPerHour: NullableNumber,
      /** Whether each slope's 95 % interval leaves out zero. */
      p99Drifts: Type.Boolean(),
      rssGrows: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
])
export type ProfileReading = Static<typeof ProfileReading>
