import { type CellFigures, cellFigures, type MeasuredFigures, missWords } from '../../figures/cell-figures.js'
import { workerCpusText } from '../../figures/comparable.js'
import { cellErrors } from '../../figures/error-notes.js'
import { cellGroups, compareLevels, levelLabel, levelText } from '../../figures/level-ref.js'
import { loadWords } from '../../figures/phase-figures.js'
import { queueText } from '../../figures/queue-figures.js'
import { SHOWN_FIGURES } from '../../figures/shown-figures.js'
import { hasNoVerdict, isMissed, type SloFigures, sloText, sloVerdict } from '../../figures/slo-figures.js'
import { gravestOf, invalidPhases } from '../../figures/validity-text.js'
import type { Block, Cell, DocColumn, DocSection, Said, Tone } from '../../markup/doc.js'
import type { Run } from '../../model/run/run.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { renderText } from '../render/text.js'
import { mainNotes, nameOf } from './run-notes.js'

/** Columns of a terminal that the table fits, unless they are given; in fewer than the least it does not fit. */
const [WIDTH, LEAST_WIDTH, MOST_WIDTH] = [80, 40, 100]

const FIGURES = SHOWN_FIGURES.flatMap(({ heads: { terminal }, shown }) =>
  terminal ? [{ column: { ...terminal, align: 'right' as const }, shown }] : [],
)

const COLUMNS: readonly DocColumn[] = [
  { head: 'scenario', align: 'left', shortens: true },
  { head: 'level', align: 'left' },
  ...FIGURES.map(({ column }) => column),
  { head: 'validity', align: 'left' },
]

/**
 * A run's figures for a terminal: a line for each level and scenario, its repeats together, and below them what failed,
 * was skipped or is not valid, with the reason. Where columns have no room, the least important are left out.
 * @param options.columns of the terminal; 80 unless given
 */
export function runTable(run: Run, options: { colour?: boolean; columns?: number } = {}): string {
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, options.columns ?? WIDTH))
  return `${renderText({ sections: sectionsOf(run), width }, options)}\n`
}

function sectionsOf(run: Run): DocSection[] {
  const rows = rowsOf(run)
  if (rows.length === 0) return [{ blocks: [say(['Nothing was measured.'])] }]
  const lines = rows.map((row) => ({ cells: cellsOf(row), tone: toneOf(row) }))
  const table: Block = { kind: 'table', columns: COLUMNS, rows: lines, headTone: 'strong' }
  return [{ blocks: [table] }, { blocks: notesOf(run, rows) }]
}

function say(texts: readonly string[], tone?: Tone, indent = '  '): Block {
  return { kind: 'lines', lines: texts.map((text) => ({ text, tone })), indent }
}

function rowsOf(run: Run): CellFigures[] {
  const order = new Map(run.scenarios.map((scenario, index) => [scenario.name, index]))
  const place = (row: CellFigures) => order.get(row.scenario) ?? order.size
  return cellGroups(run)
    .map(({ level, scenario, cells }) => cellFigures(run, level, scenario, cells))
    .sort((a, b) => place(a) - place(b) || compareLevels(a.level, b.level))
}

function cellsOf(row: CellFigures): Cell[] {
  const { measured, level } = row
  // A number is enough, with the backend where there are several: the level's name would take the room that the
  // scenario's needs.
  const name =
    level.number === null
      ? { text: levelLabel(level), shortens: true }
      : [levelText(level).replace(/^level /, ''), level.backend]
          .filter((part) => part !== undefined)
          .join(' ')
  const head = [row.scenario, name]
  if (measured === null) {
    const state = row.misses[0]?.state ?? 'failed'
    return [...head, ...FIGURES.map(() => '–'), state]
  }
  const figures = FIGURES.map(({ shown }) => {
    const { text, short = text } = shown({ ...row, measured }, null)
    return short
  })
  return [
    ...head,
    ...figures,
    row.latencyMisses.length > 0 && gravestOf(measured).state === 'valid'
      ? 'lat. failed'
      : shortValidity(measured),
  ]
}

/** `valid`, `busy` of both phases, `lat. noisy` of one, `noisy, lat. busy` of each; the lines below the table say it in full. */
function shortValidity(measured: MeasuredFigures): string {
  const invalid = invalidPhases(measured)
  const stateOf = (wanted: 'capacity' | 'latency') => {
    const state = invalid.find(({ phase }) => phase === wanted)?.state
    return state && (SHORT[state] ?? state)
  }
  const [capacity, latency] = [stateOf('capacity'), stateOf('latency')]
  if (capacity && latency) return capacity === latency ? capacity : `${capacity}, lat. ${latency}`
  if (capacity) return measured.phases.length === 0 ? capacity : `cap. ${capacity}`
  return latency ? `lat. ${latency}` : 'valid'
}

const SHORT: Partial<Record<string, string>> = { 'machine-busy': 'busy', 'generator-bound': 'gen.-bound' }

function toneOf(row: CellFigures): Tone | undefined {
  if (row.measured === null) return row.misses[0]?.state === 'skipped' ? 'dim' : 'bad'
  if (row.latencyMisses.length > 0) return 'bad'
  if (gravestOf(row.measured).state !== 'valid') return 'warn'
  const isMissedSlo = row.measured.slo.some((slo) => slo.stated && isMissed(slo))
  return row.measured.failed.count > 0 || isMissedSlo ? 'bad' : undefined
}

function notesOf(run: Run, rows: readonly CellFigures[]): Block[] {
  const results = rows.flatMap((row) => [
    ...missNotes(row),
    say(errorNotes(row), 'bad'),
    say(row.measured?.logIns ? [`${nameOf(row)}: ${row.measured.logIns}`] : []),
    ...sloNotes(row),
    say(readingNotes(row)),
    say((row.measured?.queue ?? []).map((queue) => `${nameOf(row)}: ${queueText(queue)}`)),
  ])
  const { shown, more } = mainNotes(run, rows)
  const notes = shown.map(({ text, isGrave }): Said => ({ text, tone: isGrave ? 'warn' : undefined }))
  const further = `and ${format.plural(more, 'further note')} in the report (rungs report)`
  return [
    ...results,
    { kind: 'lines', lines: more === 0 ? notes : [...notes, { text: further }] },
    say([closingText(run, rows), ...objectiveLines(rows)], 'dim', ''),
  ]
}

function missNotes(row: CellFigures): Block[] {
  const miss = row.misses[0] ?? row.latencyMisses[0]
  if (miss === undefined) return []
  const isOnly = row.measured === null || (row.measured.repeats.length === 1 && row.misses.length === 0)
  const repeat = isOnly ? '' : ` (repeat ${miss.repeat})`
  return [
    say([`${nameOf(row)}${repeat}: ${missWords(miss)}`], miss.state === 'failed' ? 'bad' : 'warn'),
    { kind: 'list', texts: miss.fix === null ? [] : [`to run it: ${miss.fix}`] },
  ]
}

function errorNotes(row: CellFigures): string[] {
  const errors = row.measured && cellErrors(row.measured)
  return errors === null ? [] : [`${nameOf(row)}: errors: ${errors}`]
}

/** A line for each objective that somebody gave and was not met; those without a verdict in one. */
function sloNotes(row: CellFigures): Block[] {
  const stated = (row.measured?.slo ?? []).filter((slo) => slo.stated)
  const missed = stated.filter(isMissed).map((slo) => {
    const of = slo.repeats > 1 ? ` in ${slo.failed} of ${slo.repeats} repeats` : ''
    return `${nameOf(row)}: SLO ${sloText(slo)}: ${sloVerdict(slo)}${of}`
  })
  const open = [...groupBy(stated.filter(hasNoVerdict), sloVerdict)].map(
    ([why, slos]) => `${nameOf(row)}: SLO ${slos.map(({ rule }) => rule).join(', ')}: ${why}`,
  )
  return [say(missed, 'bad'), say(open, 'warn')]
}

/** How many objectives of all cells are met, those that somebody gave apart from the defaults. */
function objectiveLines(rows: readonly CellFigures[]): string[] {
  const all = rows.flatMap(({ measured }) => measured?.slo ?? [])
  const stated = all.filter((slo) => slo.stated)
  const defaults = all.filter((slo) => !slo.stated)
  const rules = [...new Set(defaults.map(({ rule }) => rule))].join(', ')
  return [
    ...(stated.length === 0 ? [] : [`SLO: ${metText(stated)}.`]),
    ...(defaults.length === 0
      ? []
      : [`No SLO given: by the defaults (${rules}), which decide no exit code: ${metText(defaults)}.`]),
  ]
}

function metText(slos: readonly SloFigures[]): string {
  const missed = slos.filter(isMissed).length
  const open = slos.filter(hasNoVerdict).length
  const others = [missed > 0 ? `${missed} not met` : '', open > 0 ? `${open} without a verdict` : '']
  return [`${slos.length - missed - open} of ${slos.length} met`, ...others.filter(Boolean)].join(', ')
}

function readingNotes(row: CellFigures): string[] {
  const { measured } = row
  const readings = (measured?.phases ?? [])
    .filter((phase) => phase.validity.state === 'valid')
    .flatMap((phase) => phase.readings)
  const note = measured?.phases.length === 0 ? null : (measured?.latencyNote ?? null)
  return [...readings, ...(note === null ? [] : [note])].map((text) => `${nameOf(row)}: ${text}`)
}

function closingText(run: Run, rows: readonly CellFigures[]): string {
  const repeats = run.settings.repeats > 1 ? ` (median of ${run.settings.repeats} repeats)` : ''
  const loads = new Set(rows.flatMap(({ measured }) => measured?.phases.map(loadWords) ?? []))
  const without = rows.some(({ measured }) => measured !== null && measured.phases.length === 0)
  const each = run.settings.workerCpus ? `; each worker had ${workerCpusText(run.settings)}` : ''
  const latency =
    loads.size === 0
      ? 'latency was not measured'
      : `p50 and p99: latency of the open loop at that many requests/s (${[...loads].join('; ')}${run.settings.repeats > 1 ? '; ≈: the middle of the repeats' : ''}${without ? '; –: not measured' : ''})`
  return `req/s: capacity, closed loop${repeats}${each}; ${latency}.`
}
