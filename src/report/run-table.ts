import type { Run } from '../model/run.js'
import { type CellFigures, cellFigures, isValid } from './cell-figures.js'
import * as format from './format.js'
import { percentileText } from './latency.js'
import { cellGroups, compareLevels, levelLabel, levelText } from './level-ref.js'
import { paint } from './paint.js'
import { type Column, fittingTable, type Paint, shorten, wrap } from './text-table.js'

/** Columns of a terminal that the table fits. */
const WIDTH = 80

const COLUMNS: readonly Column[] = [
  { head: 'scenario', align: 'left' },
  { head: 'level', align: 'left' },
  { head: 'req/s', align: 'right' },
  { head: 'p50 ms', align: 'right' },
  { head: 'p99 ms', align: 'right' },
  { head: 'errors', align: 'right' },
  { head: 'µs/req', align: 'right' },
  { head: 'validity', align: 'left' },
]

/**
 * A run's figures for a terminal of 80 columns: a line for each level and scenario, its repeats together, and below
 * them what failed, was skipped or is not valid, with the reason.
 */
export function runTable(run: Run, options: { colour?: boolean } = {}): string {
  const colours = paint(options.colour ?? false)
  const rows = rowsOf(run)
  if (rows.length === 0) return 'Nothing was measured.\n'
  const lines = fittingTable(COLUMNS, (most) => rows.map((row) => lineOf(row, most)), WIDTH)
  const painted = lines.map((line, index) => {
    if (index === 0) return colours.bold(line)
    const row = rows[index - 1]
    return row === undefined ? line : paintedLine(line, row, colours)
  })
  return `${[...painted, '', ...notesOf(run, rows, colours)].join('\n').trimEnd()}\n`
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
  const name = shorten(levelLabel(level), most)
  const head = [shorten(row.scenario, most), name]
  if (measured === null) {
    const state = row.misses[0]?.state ?? 'failed'
    return [...head, '–', '–', '–', '–', '–', state]
  }
  const { counts, latency } = measured
  return [
    ...head,
    format.rate(measured.throughput.median),
    percentileText(latency, 50),
    percentileText(latency, 99),
    format.integer(counts.sent - counts.unfinished - counts.ok),
    format.cpuMicroseconds(measured.cpuPerRequestUs),
    isValid(row) ? 'valid' : shorten(measured.validity.state, 15),
  ]
}

function paintedLine(line: string, row: CellFigures, { red, yellow, dim }: Paint): string {
  if (row.measured === null) return row.misses[0]?.state === 'skipped' ? dim(line) : red(line)
  if (!isValid(row)) return yellow(line)
  return row.measured.errorRate > 0 ? red(line) : line
}

function notesOf(run: Run, rows: readonly CellFigures[], { dim, red, yellow }: Paint): string[] {
  const name = (row: CellFigures) => `${row.scenario}, ${levelText(row.level)}`
  const notes: string[] = []
  for (const row of rows) {
    const miss = row.misses[0]
    if (miss !== undefined) {
      const repeat = row.measured === null ? '' : ` (repeat ${miss.repeat})`
      const what = miss.state === 'failed' ? `failed at ${miss.stage}` : 'skipped'
      notes.push(
        ...wrap(`${name(row)}${repeat}: ${what}: ${miss.reason}`, WIDTH, '  ').map(
          miss.state === 'failed' ? red : yellow,
        ),
      )
      if (miss.fix !== null) {
        notes.push(...wrap(`to run it: ${miss.fix}`, WIDTH - 2, '  ').map((line) => `  ${line}`))
      }
    }
    if (row.measured === null || isValid(row)) continue
    const { state, evidence } = row.measured.validity
    notes.push(
      ...wrap(`${name(row)}: not valid: ${[state, ...evidence].join('; ')}`, WIDTH, '  ').map(yellow),
    )
  }
  for (const warning of run.warnings) notes.push(...wrap(`warning: ${warning}`, WIDTH, '  ').map(yellow))
  const repeats = run.settings.repeats > 1 ? `; req/s is the median of ${run.settings.repeats} repeats` : ''
  notes.push(
    ...wrap(
      `Latency at full load (closed loop), not what users see at a given rate${repeats}.`,
      WIDTH,
      '',
    ).map(dim),
  )
  return notes
}
