import { type Static, Type } from 'typebox'
import { BackendName } from '../plan/level.js'
import { ProfileName } from '../plan/profile.js'
import { SloMetric } from '../plan/slo.js'
import { Machine } from '../run/machine.js'
import { Validity } from '../run/outcome.js'
import { Counts, ErrorKind } from '../run/sample.js'
import { Count, NullableNumber, NullableString } from '../schema/fields.js'
import { eachPlain } from './plain-figures.js'

export const SUMMARY_VERSION = 1

function nullable<T extends Parameters<typeof Type.Union>[0][number]>(type: T) {
  return Type.Union([type, Type.Null()])
}

/** Figures of one phase of a cell, all its repeats together. Times in µs, rates per second, memory in bytes. */
export const SummaryFigures = Type.Object(
  {
    /** Answers as expected per second at full load; null in the latency phase. */
    throughput: nullable(
      Type.Object(
        { median: Type.Number(), min: Type.Number(), max: Type.Number() },
        { additionalProperties: false },
      ),
    ),
    /** What the open loop arrived with; null in the capacity phase. */
    offered: nullable(
      Type.Object(
        {
          profile: ProfileName,
          arrival: nullable(Type.Enum(['uniform', 'poisson'])),
          min: Type.Number(),
          max: Type.Number(),
        },
        { additionalProperties: false },
      ),
    ),
    /** `latency`: from the intended moment of sending; `service-time`: from the real one, at full load. */
    times: nullable(
      Type.Object(
        {
          of: Type.Enum(['latency', 'service-time']),
          count: Count,
          /** How many of them are lower bounds: timed out, unfinished, never sent. */
          censored: Count,
          meanUs: Type.Number(),
          /** Null where too few values lie beyond a percentile. */
          p50Us: NullableNumber,
          p90Us: NullableNumber,
          p95Us: NullableNumber,
          p99Us: NullableNumber,
          p999Us: NullableNumber,
          maxUs: Type.Number(),
        },
        { additionalProperties: false },
      ),
    ),
    counts: Type.Object(
      { scheduled: Count, unsent: Count, ...Counts.properties },
      { additionalProperties: false },
    ),
    /** Of everything that ended, what was not answered as expected. */
    errorShare: Type.Number({ minimum: 0, maximum: 1 }),
    /** What that was. */
    errors: Type.Optional(Type.Array(ErrorKind)),
    /** Capacity only, null where unknown. */
    ...eachPlain(() => NullableNumber),
  },
  { additionalProperties: false },
)
export type SummaryFigures = Static<typeof SummaryFigures>

export const SummaryPhase = Type.Object(
  {
    phase: Type.Enum(['capacity', 'latency']),
    repeats: Type.Array(Type.Integer({ minimum: 1 })),
    validity: Validity,
    /** Null where no conclusion may be drawn from them: then they are in `invalidFigures`. */
    figures: nullable(SummaryFigures),
    invalidFigures: nullable(SummaryFigures),
  },
  { additionalProperties: false },
)
export type SummaryPhase = Static<typeof SummaryPhase>

/** A level on a scenario, as the newest comparable run has it. */
export const SummaryCell = Type.Object(
  {
    run: Type.String(),
    level: Type.Object(
      {
        key: Type.String(),
        number: nullable(Type.Integer()),
        name: Type.String(),
        backend: nullable(BackendName),
        workers: nullable(Type.Integer()),
      },
      { additionalProperties: false },
    ),
    scenario: Type.String(),
    connections: nullable(Type.Integer()),
    /** Capacity, then latency; empty where nothing was measured. */
    phases: Type.Array(SummaryPhase),
    /** Repeats that gave no figures, and why. */
    misses: Type.Array(
      Type.Object(
        {
          repeat: Type.Integer(),
          state: Type.Enum(['failed', 'skipped']),
          stage: NullableString,
          reason: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
    /** Throughput ÷ that of the lowest valid level; null where that cannot be said. */
    speedup: NullableNumber,
    slo: Type.Array(
      Type.Object(
        {
          rule: Type.String(),
          metric: SloMetric,
          /** Whether somebody gave it; the others are defaults, which decide nothing. */
          stated: Type.Boolean(),
          /** Of the worst repeat: µs, requests per second, or a share. */
          actual: NullableNumber,
          verdict: Type.Enum(['met', 'missed', 'no-data', 'no-verdict']),
          text: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type SummaryCell = Static<typeof SummaryCell>

/** What `rungs report --format json` writes: the ladder for other programs. */
export const Summary = Type.Object(
  {
    schemaVersion: Type.Literal(SUMMARY_VERSION),
    tool: Type.Object(
      { name: Type.Literal('rungs'), version: NullableString },
      { additionalProperties: false },
    ),
    title: Type.String(),
    /** Those that figures are from, the newest first. */
    runs: Type.Array(
      Type.Object(
        { id: Type.String(), startedAt: Type.String(), commit: NullableString },
        { additionalProperties: false },
      ),
    ),
    machine: nullable(Machine),
    cells: Type.Array(SummaryCell),
  },
  { $id: 'https://rungs.dev/schemas/summary-1.json', title: 'rungs summary', additionalProperties: false },
)
export type Summary = Static<typeof Summary>
