import { type Static, Type } from 'typebox'
import { SloResult } from '../plan/slo.js'
import { LatencyPhase } from '../run/outcome.js'
import { recordHead } from '../run/record.js'
import { Run, RunLevel, RunScenario, RunSettings } from '../run/run.js'

const Rate = Type.Number({ exclusiveMinimum: 0 })
const NullableRate = Type.Union([Rate, Type.Null()])

/** Where a search looks, in requests per second, and how closely. */
export const SearchPlan = Type.Object(
  {
    /** The first rate that is tried. */
    start: Rate,
    /** A service that misses its objectives here is doomed. */
    lowest: Rate,
    highest: Rate,
    /** The interval sought: its higher end is at most this share above its lower one. */
    resolution: Type.Number({ exclusiveMinimum: 0 }),
    mostProbes: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
export type SearchPlan = Static<typeof SearchPlan>

/** `repeat`: at a rate tried before. `confirm`: longer, at the rate that is to be the answer. */
export const ProbeKind = Type.Enum(['explore', 'repeat', 'confirm'])
export type ProbeKind = Static<typeof ProbeKind>

/** A probe as far as the search looks at it. */
export const ProbeResult = Type.Object(
  {
    kind: ProbeKind,
    rate: Rate,
    /** `invalid`: it tells nothing of the service. */
    outcome: Type.Enum(['held', 'failed', 'invalid']),
    /**
     * `near`: so close to an objective's limit that chance may have decided. `far`: missed by twice the limit or more, or not
     * kept up with at all.
     */
    distance: Type.Enum(['near', 'apart', 'far']),
    /** How many times as long as the shortest probe that can judge the objectives. */
    length: Type.Number({ minimum: 1 }),
    /** Whether there was not one answer as expected. */
    unanswered: Type.Optional(Type.Boolean()),
    /** The worst objective's value, as a multiple of its limit; null where that is not known or no latency. */
    timesLimit: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  },
  { additionalProperties: false },
)
export type ProbeResult = Static<typeof ProbeResult>

/** One load at one rate, measured and judged. */
export const Probe = Type.Object(
  {
    ...ProbeResult.properties,
    index: Type.Integer({ minimum: 1 }),
    startedAt: Type.String(),
    seconds: Rate,
    /** Why it did not hold, or tells nothing; a line each. */
    why: Type.Array(Type.String()),
    slo: Type.Array(SloResult),
    /** Null where the service died under it. */
    phase: Type.Union([LatencyPhase, Type.Null()]),
  },
  { additionalProperties: false },
)
export type Probe = Static<typeof Probe>

export const CapacityVerdict = Type.Object(
  {
    /**
     * `found`: between `low`, confirmed by a longer probe, and `high`. `beyond`: `low` is the highest rate that was allowed.
     * `doomed`: missed at the lowest rate. `unsteady`: held at rates above ones at which it failed. `unmeasured`: what lies
     * above `low` could not be measured. `unconfirmed`: the probes were used up first. `unanswered`: not one
     * answer of the first probes, or of the warm-up, was as expected.
     */
    state: Type.Enum(['found', 'beyond', 'doomed', 'unsteady', 'unmeasured', 'unconfirmed', 'unanswered']),
    /** The highest rate that held, with none that failed at or below it. */
    low: NullableRate,
    /** The lowest rate that failed, with none that held at or above it. */
    high: NullableRate,
    reason: Type.String(),
  },
  { additionalProperties: false },
)
export type CapacityVerdict = Static<typeof CapacityVerdict>

/** Where the latency curve turns; see `kneeOf`. */
export const Knee = Type.Object(
  { rate: Rate, low: Rate, high: Rate, meanUs: Type.Number({ minimum: 0 }) },
  { additionalProperties: false },
)
export type Knee = Static<typeof Knee>

/** The result file of `rungs capacity`. Units as in `run.json`. */
export const CapacityResult = Type.Object(
  {
    ...recordHead('capacity', 1),
    git: Run.properties.git,
    /** Of its settings, `durationSeconds` is the least that a probe lasts. */
    settings: RunSettings,
    level: RunLevel,
    scenario: RunScenario,
    /** The objectives, as they were written. */
    slo: Type.Array(Type.String(), { minItems: 1 }),
    search: SearchPlan,
    probes: Type.Array(Probe),
    /** Null while running, and when interrupted. */
    verdict: Type.Union([CapacityVerdict, Type.Null()]),
    knee: Type.Union([Knee, Type.Null()]),
  },
  { $id: 'https://rungs.dev/schemas/capacity-1.json', title: 'rungs capacity', additionalProperties: false },
)
export type CapacityResult = Static<typeof CapacityResult>
