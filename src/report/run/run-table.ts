import { paint } from '../../markup/paint.js'
import { type Column, fittingTable, type Paint, shorten, wrap } from '../../markup/text-table.js'
import type { Run } from '../../model/run/run.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { type CellFigures, cellFigures, type MeasuredFigures } from '../figures/cell-figures.js'
import { workerCpusText } from '../figures/comparable.js'
import { cellErrors } from '../figures/error-notes.js'
import { percentileText } from '../figures/latency.js'
import { cellGroups, compareLevels, levelLabel, levelText } from '../figures/level-ref.js'
import { loadWords, type PhaseFigures, rateText } from '../figures/phase-figures.js'
import { queueText } from '../figures/queue-figures.js'
import { hasNoVerdict, isMissed, type SloFigures, sloText, sloVerdict } from '../figures/slo-figures.js'
import { gravestOf, invalidPhases, trendMark } from '../figures/validity-text.js'
import { mainNotes, nameOf } from './run-notes.js'

/** Columns of a terminal that the table fits, unless they are given; in fewer than the least it does not fit. */
const [WIDTH, LEAST_WIDTH, MOST_WIDTH] = [80, 40, 100]

const COLUMNS: readonly Column[] = [
  { head: 'scenario', align: 'left' },
  { head: 'level', align: 'left' },
  { head: 'req/s', align: 'right' },
  { head: 'at /s', align: 'right', spare: 3 },
  { head: 'p50 ms', align: 'right', spare: 2 },
  { head: 'p99 ms', align: 'right' },
  { head: 'errors', align: 'right', spare: 4 },
  { head: 'µs/req', align: 'right', spare: 1 },
  { head: 'validity', align: 'left' },
]

/** What the lines below the table are made with. */
interface Terminal extends Paint {
  /** Lines that fit with `left` before each, the further ones indented by two unless it says otherwise. */
  wrap(text: string, indent?: string, left?: string): string[]
}

/**
 * A run's figures for a terminal: a line for each level and scenario, its repeats together, and below them what failed,
 * was skipped or is not valid, with the reason. Where columns have no room, the least important are left out.
 * @param options.columns of the terminal; 80 unless given
 */
export function runTable(run: Run, options: { colour?: boolean; columns?: number } = {}): string {
  const colours = paint(options.colour ?? false)
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, options.columns ?? WIDTH))
  const terminal: Terminal = {
    ...colours,
    wrap: (text, indent = '  ', left = '') =>
      wrap(text, width - left.length, indent).map((line) => left + line),
  }
  const rows = rowsOf(run)
  if (rows.length === 0) return 'Nothing was measured.\n'
  const lines = fittingTable(COLUMNS, (most) => rows.map((row) => lineOf(row, most)), width)
  const painted = lines.map((line, index) => {
    if (index === 0) return colours.bold(line)
    const row = rows[index - 1]
    return row === undefined ? line : paintedLine(line, row, colours)
  })
  return `${[...painted, '', ...notesOf(run, rows, terminal)].join('\n').trimEnd()}\n`
}

function rowsOf(run: Run): CellFigures[] {
  const order = new Map(run.scenarios.map((scenario, index) => [scenario.name, index]))
  const place = (row: CellFigures) => order.get(row.scenario) ?? order.size
  return cellGroups(run)
    .map(({ level, scenario, cells }) => cellFigures(run, level, scenario, cells))
    .sort((a, b) => place(a) - place(b) || compareLevels(a.level, b.level))
}

function lineOf(row: CellFigures, most: number): string[] {
  const { measured, level } = row
  // A number is enough, with the backend where there are several: the level's name would take the room that the
  // scenario's needs.
  const name =
    level.number === null
      ? shorten(levelLabel(level), most)
      : [levelText(level).replace(/^level /, ''), level.backend]
          .filter((part) => part !== undefined)
          .join(' ')
  const head = [shorten(row.scenario, most), name]
  if (measured === null) {
    const state = row.misses[0]?.state ?? 'failed'
    return [...head, '–', '–', '–', '–', '–', '–', state]
  }
  const { latency } = measured
  return [
    ...head,
    `${format.rate(measured.throughput.median)}${trendMark(measured.validity)}`,
    latency === null ? '–' : middleRate(latency.rate),
    percentileText(latency?.latency ?? null, 50),
    percentileText(latency?.latency ?? null, 99),
    format.integer(measured.failed.count),
    format.cpuMicroseconds(measured.cpuPerRequestUs),
    row.latencyMisses.length > 0 && gravestOf(measured).state === 'valid'
      ? 'lat. failed'
      : shortValidity(measured),
  ]
}

/** There is no room for a range: the middle of the repeats' rates, marked as such. */
function middleRate(rate: PhaseFigures['rate']): string {
  const text = rateText(rate)
  return text.includes('–') ? `≈${format.rate((rate.min + rate.max) / 2)}` : text
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

function paintedLine(line: string, row: CellFigures, { red, yellow, dim }: Paint): string {
  if (row.measured === null) return row.misses[0]?.state === 'skipped' ? dim(line) : red(line)
  if (row.latencyMisses.length > 0) return red(line)
  if (gravestOf(row.measured).state !== 'valid') return yellow(line)
  return row.measured.failed.count > 0 || row.measured.slo.some((slo) => slo.stated && isMissed(slo))
    ? red(line)
    : line
}

function notesOf(run: Run, rows: readonly CellFigures[], terminal: Terminal): string[] {
  const { dim, yellow, wrap } = terminal
  const results = rows.flatMap((row) => [
    ...missNotes(row, terminal),
    ...errorNotes(row, terminal),
    ...(row.measured?.logIns ? wrap(`${nameOf(row)}: ${row.measured.logIns}`) : []),
    ...sloNotes(row, terminal),
    ...readingNotes(row, terminal),
    ...(row.measured?.queue ?? []).flatMap((queue) => wrap(`${nameOf(row)}: ${queueText(queue)}`)),
  ])
  const { shown, more } = mainNotes(run, rows)
  return [
    ...results,
    ...shown.flatMap(({ text, isGrave }) => (isGrave ? wrap(text).map(yellow) : wrap(text))),
    ...(more === 0 ? [] : [`and ${format.plural(more, 'further note')} in the report (rungs report)`]),
    ...wrap(closingText(run, rows), '').map(dim),
    ...objectiveLines(rows).flatMap((text) => wrap(text, '').map(dim)),
  ]
}

function missNotes(row: CellFigures, { red, yellow, wrap }: Terminal): string[] {
  const miss = row.misses[0] ?? row.latencyMisses[0]
  if (miss === undefined) return []
  const isOnly = row.measured === null || (row.measured.repeats.length === 1 && row.misses.length === 0)
  const repeat = isOnly ? '' : ` (repeat ${miss.repeat})`
  const what = miss.state === 'failed' ? `failed at ${miss.stage}` : 'skipped'
  const lines = wrap(`${nameOf(row)}${repeat}: ${what}: ${miss.reason}`)
  const fix = miss.fix === null ? [] : wrap(`to run it: ${miss.fix}`).map((line) => `  ${line}`)
  return [...lines.map(miss.state === 'failed' ? red : yellow), ...fix]
}

function errorNotes(row: CellFigures, { red, wrap }: Terminal): string[] {
  const errors = row.measured && cellErrors(row.measured)
  return errors === null ? [] : wrap(`${nameOf(row)}: errors: ${errors}`).map(red)
}

/** A line for each objective that somebody gave and was not met; those without a verdict in one. */
function sloNotes(row: CellFigures, { red, yellow, wrap }: Terminal): string[] {
  const all = row.measured?.slo ?? []
  const missed = all
    .filter((slo) => slo.stated && isMissed(slo))
    .flatMap((slo) => {
      const of = slo.repeats > 1 ? ` in ${slo.failed} of ${slo.repeats} repeats` : ''
      return wrap(`${nameOf(row)}: SLO ${sloText(slo)}: ${sloVerdict(slo)}${of}`).map(red)
    })
  const open = groupBy(
    all.filter((slo) => slo.stated && hasNoVerdict(slo)),
    sloVerdict,
  )
  return [
    ...missed,
    ...[...open].flatMap(([why, slos]) =>
      wrap(`${nameOf(row)}: SLO ${slos.map(({ rule }) => rule).join(', ')}: ${why}`).map(yellow),
    ),
  ]
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

function readingNotes(row: CellFigures, { wrap }: Terminal): string[] {
  const { measured } = row
  const readings = (measured?.phases ?? [])
    .filter((phase) => phase.validity.state === 'valid')
    .flatMap((phase) => phase.readings)
  const note = measured?.latencyNote ?? null
  return [
    ...readings.flatMap((text) => wrap(`${nameOf(row)}: ${text}`)),
    ...(note === null || measured?.phases.length === 0 ? [] : wrap(`${nameOf(row)}: ${note}`)),
  ]
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
