import { type Static, Type } from 'typebox'
import { Outcome } from '../run/outcome.js'
import { recordHead } from '../run/record.js'
import { Run, RunLevel, RunScenario, RunSettings } from '../run/run.js'
import { Count, NullableString } from '../schema/fields.js'
import { GateLoad } from './gate.js'
import { GateCell } from './gate-block.js'

const Positive = Type.Integer({ minimum: 1 })
const Key = Type.String({ minLength: 1 })
const NullableKey = Type.Union([Key, Type.Null()])

/** One way to start the level. */
export const TuneCandidate = Type.Object(
  {
    /** Such as `w5-p16`. */
    key: Key,
    workers: Positive,
    /** Database connections that each worker may open; null where the level has no setting for it. */
    pool: Type.Union([Positive, Type.Null()]),
    /** What the formulas say: 2 × cores + 1 workers (fewer where memory is short), and their share of the connections. */
    isFormula: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type TuneCandidate = Static<typeof TuneCandidate>

/** How it is searched: fixed before the first measurement. */
export const TunePlan = Type.Object(
  {
    /** Of a measurement of the first round; each later round takes half as long again. */
    firstSeconds: Positive,
    /** So many go to the final comparison. */
    finalists: Positive,
    /** Valid pairs of each finalist with the formula. */
    pairs: Positive,
    /** What both of a pair get; of those in turn, the number of slices is that of seconds. */
    pairLoad: GateLoad,
    /** Nothing is begun that would end later; null for no limit. */
    budgetSeconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
    /** The variable that sets a worker's pool, where there is one. */
    poolVariable: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
  },
  { additionalProperties: false },
)
export type TunePlan = Static<typeof TunePlan>

/** One candidate, freshly booted and measured alone. */
export const TuneMeasurement = Type.Object(
  {
    candidate: Key,
    round: Positive,
    startedAt: Type.String(),
    /** With boot, warm-up and stop. */
    elapsedSeconds: Type.Number({ minimum: 0 }),
    outcome: Outcome,
  },
  { additionalProperties: false },
)
export type TuneMeasurement = Static<typeof TuneMeasurement>

/** A finalist (`head`) and the reference (`base`), both freshly booted. */
export const TunePair = Type.Object(
  {
    candidate: Key,
    reference: Key,
    startedAt: Type.String(),
    elapsedSeconds: Type.Number({ minimum: 0 }),
    /**
     * Of two with as many workers: under the same load at the same time. Null for others, and where one of the two did not
     * boot or did not last.
     */
    cell: Type.Union([GateCell, Type.Null()]),
    /** Of others, one after the other in a drawn order: side by side, the one with more processes would get more of the cores. */
    inTurn: Type.Union([
      Type.Object({ base: Outcome, head: Outcome }, { additionalProperties: false }),
      Type.Null(),
    ]),
    error: NullableString,
  },
  { additionalProperties: false },
)
export type TunePair = Static<typeof TunePair>

const Interval = { estimate: Type.Number(), low: Type.Number(), high: Type.Number() }

/** Throughput of a finalist ÷ that of the reference. */
export const TuneRatio = Type.Object(
  { candidate: Key, ...Interval, pairs: Count },
  { additionalProperties: false },
)
export type TuneRatio = Static<typeof TuneRatio>

export const TuneVerdict = Type.Object(
  {
    /**
     * `best`: one gives more than all others. `equal`: several cannot be told apart, and the one with the smallest
     * memory is to be taken. `none`: nothing valid could be concluded.
     */
    state: Type.Enum(['best', 'equal', 'none']),
    /** What is to be set. */
    take: NullableKey,
    /** What gave the most, by its estimate. */
    best: NullableKey,
    /** Those that cannot be told from it, itself included. */
    equal: Type.Array(Key),
    /** What the finalists are compared with: the formula, where it could be measured. */
    reference: NullableKey,
    ratios: Type.Array(TuneRatio),
    /** Throughput of the formula ÷ that of the best; null where the formula could not be measured. */
    formulaShare: Type.Union([Type.Object(Interval, { additionalProperties: false }), Type.Null()]),
    reason: Type.String(),
  },
  { additionalProperties: false },
)
export type TuneVerdict = Static<typeof TuneVerdict>

/** The result file of `rungs tune`. Units as in `run.json`. */
export const TuneResult = Type.Object(
  {
    ...recordHead('tune', 1),
    git: Run.properties.git,
    settings: RunSettings,
    level: RunLevel,
    scenario: RunScenario,
    plan: TunePlan,
    candidates: Type.Array(TuneCandidate, { minItems: 1 }),
    measurements: Type.Array(TuneMeasurement),
    pairs: Type.Array(TunePair),
    /** Null while running, and when interrupted. */
    verdict: Type.Union([TuneVerdict, Type.Null()]),
  },
  { $id: 'https://rungs.dev/schemas/tune-1.json', title: 'rungs tune', additionalProperties: false },
)
export type TuneResult = Static<typeof TuneResult>
