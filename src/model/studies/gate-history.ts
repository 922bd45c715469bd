import { type Static, Type } from 'typebox'
import { NullableNumber } from '../schema/fields.js'
import { GateMetric } from './gate.js'

/** Version of a line of a series file. A reader refuses a higher one. */
export const HISTORY_VERSION = 1

const Text = Type.String({ minLength: 1 })
const NullableText = Type.Union([Text, Type.Null()])

/** What a gate found of one scenario and metric. Log ratios, ln(head ÷ base), positive for slower. */
export const HistoryFigure = Type.Object(
  {
    scenario: Text,
    metric: GateMetric,
    /** Blocks that count. */
    n: Type.Integer({ minimum: 1 }),
    /** Hodges–Lehmann. */
    estimate: Type.Number(),
    /** 95 % interval; null where n is too small for one. */
    lower: NullableNumber,
    upper: NullableNumber,
  },
  { additionalProperties: false },
)
export type HistoryFigure = Static<typeof HistoryFigure>

/** One gate of a series: a line of a series file, which is JSON Lines. */
export const HistoryEntry = Type.Object(
  {
    schemaVersion: Type.Literal(HISTORY_VERSION),
    gate: Text,
    /** When it was started, in ISO 8601. */
    startedAt: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' }),
    /** The pinned release: the same in every line of a file. */
    base: Type.Object({ name: Text, commit: Text }, { additionalProperties: false }),
    head: Type.Object(
      { name: Text, commit: NullableText, dirty: Type.Boolean() },
      { additionalProperties: false },
    ),
    machine: Type.Object(
      { cpuModel: Text, usableCores: Type.Number({ exclusiveMinimum: 0 }), node: Text },
      { additionalProperties: false },
    ),
    level: Text,
    verdict: Type.Enum(['regress', 'pass', 'inconclusive']),
    figures: Type.Array(HistoryFigure, { minItems: 1 }),
  },
  { $id: 'https://rungs.dev/schemas/history-1.json', title: 'rungs history', additionalProperties: false },
)
export type HistoryEntry = Static<typeof HistoryEntry>
