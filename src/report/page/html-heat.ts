import { levelText } from '../../figures/level-ref.js'
import type { TimePoint } from '../../figures/over-time.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { figuresTable } from '../../markup/table.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import type { ReportModel } from '../findings/report-model.js'

/** Stretches of time that a row shows at most. */
const MOST_COLUMNS = 60
/** From little to much, in steps that people with colour-blindness tell apart: cividis (Nuñez, Anderton, Renslow 2018). */
const COLOURS = [
  '#00224e',
  '#123570',
  '#3b496c',
  '#575d6d',
  '#707173',
  '#8a8678',
  '#a59c74',
  '#c3b369',
  '#e1cc55',
  '#fee838',
] as const
const [WIDTH, LEFT, RIGHT, ROW, GAP] = [1060, 150, 8, 20, 2] as const

interface Row {
  readonly level: string
  readonly what: 'p50' | 'p99'
  readonly values: readonly { readonly from: number; readonly to: number; readonly us: number | null }[]
}

/** For each scenario a map of p50 and p99 by level and time; null without any latency over time. */
export function heatSection(model: ReportModel): Markup | null {
  const maps = [...groupBy(model.rows, ({ scenario }) => scenario)].flatMap(([scenario, rows]) => {
    const heat = rows.flatMap((row): Row[] =>
      (row.measured?.courses ?? []).flatMap(({ phase, repeat, points, seconds }) => {
        if (phase !== 'latency' || points.every(({ p99Us }) => p99Us === null)) return []
        const invalid = row.measured?.latency?.validity.state === 'valid' ? '' : ' (not valid)'
        const name = `${levelText(row.level)}${(row.measured?.repeats.length ?? 1) > 1 ? `, repeat ${repeat}` : ''}${invalid}`
        const folded = stretches(points, seconds)
        return [
          { level: name, what: 'p50', values: folded.map(({ p50Us, ...at }) => ({ ...at, us: p50Us })) },
          { level: name, what: 'p99', values: folded.map(({ p99Us, ...at }) => ({ ...at, us: p99Us })) },
        ]
      }),
    )
    return heat.length === 0 ? [] : [heatMap(scenario, heat)]
  })
  return maps.length === 0 ? null : html`${maps}`
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly p50Us: number | null
  readonly p99Us: number | null
}

/** Neighbours put together, of which the slowest is kept: percentiles are not averaged. */
function stretches(points: readonly TimePoint[], seconds: number): Stretch[] {
  const size = Math.ceil(points.length / MOST_COLUMNS)
  const step = seconds / points.length
  const highest = (values: readonly (number | null)[]) =>
    values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null)
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const slice = points.slice(index * size, (index + 1) * size)
    return {
      from: index * size * step,
      to: (index * size + slice.length) * step,
      p50Us: highest(slice.map(({ p50Us }) => p50Us)),
      p99Us: highest(slice.map(({ p99Us }) => p99Us)),
    }
  })
}

function heatMap(scenario: string, rows: readonly Row[]): Markup {
  const known = rows.flatMap(({ values }) => values.flatMap(({ us }) => (us === null || us <= 0 ? [] : [us])))
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const end = Math.max(...rows.map(({ values }) => values.at(-1)?.to ?? 0))
  const height = rows.length * (ROW + GAP) + 20
  const names = rows.map(
    ({ level, what }, index) =>
      html`<text x="${LEFT - 8}" y="${index * (ROW + GAP) + 14}">${what === 'p50' ? `${level}: p50` : what}</text>`,
  )
  const boxes = rows.flatMap(({ values }, index) =>
    values.flatMap(({ from, to, us }) =>
      us === null ? [] : [{ from, to, index, colour: colourOf(us, low, high) }],
    ),
  )
  // One path a colour, a stroke a stretch as thick as its row: a page holds thousands of them.
  const paths = [...groupBy(boxes, ({ colour }) => colour)].map(
    ([colour, group]) => html`<path stroke="${colour}" stroke-width="${ROW}" d="${strokesOf(group, end)}"/>`,
  )
  return html`<h3 class="wrap spaced">${scenario}</h3><figure><svg class="chart heat" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${`${scenario}: p50 and p99 over time, from ${format.milliseconds(low)} to ${format.milliseconds(high)} ms`}"><g class="y">${names}</g>${paths}<text x="${LEFT}" y="${height - 4}">0 s</text><text x="${WIDTH - RIGHT}" y="${height - 4}" text-anchor="end">${format.rate(end)} s</text></svg>
${scaleOf(low, high)}<details><summary>Table</summary>${heatTable(rows)}</details></figure>\n`
}

/** Neighbours in one row are drawn in one go. */
function strokesOf(boxes: readonly { from: number; to: number; index: number }[], end: number): string {
  const xOf = (seconds: number) => Math.round(LEFT + (seconds / end) * (WIDTH - LEFT - RIGHT))
  let text = ''
  let [row, pen] = [-1, -1]
  let run = 0
  for (const { from, to, index } of boxes) {
    const [left, right] = [xOf(from), xOf(to)]
    if (index === row && left === pen) run += right - left
    else {
      if (run > 0) text += `h${run}`
      text += index === row ? `m${left - pen} 0` : `M${left} ${index * (ROW + GAP) + ROW / 2}`
      run = right - left
    }
    ;[row, pen] = [index, right]
  }
  return run > 0 ? `${text}h${run}` : text
}

/** Where a time lies between the lowest and the highest of the map, on a log scale. */
function colourOf(us: number, low: number, high: number): string {
  const share = us <= 0 || high <= low ? 0 : Math.log(us / low) / Math.log(high / low)
  return COLOURS[Math.min(COLOURS.length - 1, Math.max(0, Math.floor(share * COLOURS.length)))] ?? COLOURS[0]
}

function scaleOf(low: number, high: number): Markup {
  const boxes = COLOURS.map(
    (colour, index) => html`<rect x="${index * 16}" width="16" height="12" fill="${colour}"/>`,
  )
  return html`<p class="key"><span>${format.milliseconds(low)} ms</span><svg class="scale" viewBox="0 0 ${COLOURS.length * 16} 12" aria-hidden="true">${boxes}</svg><span>${format.milliseconds(high)} ms (log scale)</span></p>`
}

function heatTable(rows: readonly Row[]): Markup {
  const [longest] = [...rows].sort((a, b) => b.values.length - a.values.length)
  const heads = rows.map(({ level, what }) => `${level}: ${what}, ms`)
  const lines = (longest?.values ?? []).map(
    ({ from, to }, index) =>
      [
        `${format.rate(from)}–${format.rate(to)}`,
        rows.map(({ values }) => format.milliseconds(values[index]?.us ?? null)),
      ] as const,
  )
  return figuresTable(['Seconds', ...heads], lines)
}
