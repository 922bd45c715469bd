import { PLAIN } from '../../model/studies/plain-figures.js'
import type { Summary, SummaryCell, SummaryPhase } from '../../model/studies/summary.js'

type Value = string | number | null | undefined
type Column = readonly [head: string, of: (cell: SummaryCell, phase: SummaryPhase | null) => Value]

/** Figures that are not valid are left out, so that no sum or chart over the column takes them in. */
const COLUMNS: readonly Column[] = [
  ['run', ({ run }) => run],
  ['level', ({ level }) => level.key],
  ['level_name', ({ level }) => level.name],
  ['backend', ({ level }) => level.backend],
  ['workers', ({ level }) => level.workers],
  ['scenario', ({ scenario }) => scenario],
  ['connections', ({ connections }) => connections],
  ['phase', (_, phase) => phase?.phase],
  ['repeats', (_, phase) => phase?.repeats.join(' ')],
  ['validity', ({ misses }, phase) => phase?.validity.state ?? misses[0]?.state],
  [
    'reason',
    ({ misses }, phase) =>
      phase === null
        ? misses[0]?.reason
        : phase.validity.state === 'valid'
          ? null
          : phase.validity.evidence.join('; '),
  ],
  ['profile', (_, phase) => figuresOf(phase)?.offered?.profile],
  ['offered_min_per_second', (_, phase) => figuresOf(phase)?.offered?.min],
  ['offered_max_per_second', (_, phase) => figuresOf(phase)?.offered?.max],
  ['throughput_median_per_second', (_, phase) => figuresOf(phase)?.throughput?.median],
  ['throughput_min_per_second', (_, phase) => figuresOf(phase)?.throughput?.min],
  ['throughput_max_per_second', (_, phase) => figuresOf(phase)?.throughput?.max],
  ['speedup_ratio', ({ speedup }, phase) => (phase?.phase === 'capacity' ? speedup : null)],
  ['time_kind', (_, phase) => figuresOf(phase)?.times?.of],
  ...(['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const).map(
    (name): Column => [
      `${name}_ms`,
      (_, phase) => {
        const us = figuresOf(phase)?.times?.[`${name}Us`]
        return us === undefined || us === null ? null : us / 1_000
      },
    ],
  ),
  ['time_values', (_, phase) => figuresOf(phase)?.times?.count],
  ['censored_times', (_, phase) => figuresOf(phase)?.times?.censored],
  ...(
    [
      ['scheduled', 'scheduled'],
      ['unsent', 'unsent'],
      ['ok', 'ok'],
      ['bad_status', 'badStatus'],
      ['bad_body', 'badBody'],
      ['timeout', 'timeout'],
      ['connection_error', 'connectionError'],
      ['unfinished', 'unfinished'],
    ] as const
  ).map(([head, key]): Column => [`${head}_requests`, (_, phase) => figuresOf(phase)?.counts[key]]),
  ['error_share', (_, phase) => figuresOf(phase)?.errorShare],
  ...PLAIN.map(({ csv, key }): Column => [csv, (_, phase) => figuresOf(phase)?.[key]]),
]

/** CSV of RFC 4180: a row for each level, scenario and phase; units in the header's names. */
export function summaryCsv({ cells }: Pick<Summary, 'cells'>): string {
  const rows = cells.flatMap((cell) =>
    (cell.phases.length === 0 ? [null] : cell.phases).map((phase) =>
      COLUMNS.map(([, of]) => field(of(cell, phase))),
    ),
  )
  return [COLUMNS.map(([head]) => head), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function figuresOf(phase: SummaryPhase | null): SummaryPhase['figures'] {
  return phase?.figures ?? null
}

function field(value: Value): string {
  if (value === null || value === undefined) return ''
  // Without the last digits that floating point adds.
  if (typeof value === 'number') return String(Number(value.toPrecision(12)))
  const safe = harmless(value)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A spreadsheet would take a text that begins so for a formula, and run it. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}
