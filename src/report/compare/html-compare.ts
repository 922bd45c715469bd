import { logAxis, positionOn } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import { renderPage } from '../../markup/html-page.js'
import { table } from '../../markup/table.js'
import * as format from '../../words/format.js'
import { levelText } from '../figures/level-ref.js'
import { rateText } from '../figures/phase-figures.js'
import type { ComparedRow, Comparison, SideFigures, Verdict } from './compare.js'
import { CLOSING, comparisonNotes, rowNames, sideText } from './compare-text.js'

const WORDS: Readonly<Record<Verdict, readonly [style: string, text: string]>> = {
  more: ['good', 'more'],
  less: ['bad', 'less'],
  unclear: ['warn', 'cannot be told apart'],
  unknown: ['warn', 'not known: too few repeats'],
  unlike: ['warn', 'not compared: unlike'],
  invalid: ['warn', 'not compared: not valid'],
  missing: ['warn', 'not compared: no figure'],
}

/** Two sides as one HTML document without scripts, side by side and as ratios. The same comparison gives the same bytes. */
export function compareHtml(comparison: Comparison, version: string): string {
  const { rows, a, b, differences } = comparison
  const notes = comparisonNotes(comparison, { rates: false })
  const nameOf = rowNames(comparison)
  const header = html`<p class="brand">rungs compare</p>
<h1 class="wrap">${headline(comparison)}</h1>
<p class="meta wrap"><span>A: ${sideText(a)}</span><span>B: ${sideText(b)}</span></p>
${notes.length === 0 ? null : html`<ul class="cautions" aria-label="Cautions">${notes.map((text) => html`<li class="wrap">${text.trim()}</li>`)}</ul>`}`
  const none = html`<p>Neither side has a cell to compare.</p>`
  return renderPage({
    title: `${a.label} against ${b.label} · rungs compare`,
    style: GATE_STYLE,
    skipTo: ['ratios', 'Skip to the ratios'],
    header,
    sections: [
      {
        id: 'ratios',
        title: 'B ÷ A',
        lead: `${CLOSING} ${differences.length > 0 ? 'Machine or settings differ: the figures stand beside each other, and nothing is concluded.' : ''}`,
        body: rows.length === 0 ? none : html`${ratioPlot(rows, nameOf)}${ratioTable(rows, nameOf)}`,
      },
      {
        id: 'sides',
        title: 'Side by side',
        lead: null,
        body: rows.length === 0 ? none : sidesTable(rows, nameOf),
      },
    ],
    footer: `Made by rungs ${version} from result files; nothing in this page is fetched from anywhere.`,
  })
}

/** How many scenarios say what. */
function headline({ rows }: Comparison): string {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length
  const open = rows.length - count('more') - count('less')
  const parts = [
    ...(count('more') > 0 ? [`serves more on ${count('more')}`] : []),
    ...(count('less') > 0 ? [`serves less on ${count('less')}`] : []),
    ...(open > 0 ? [`undecided on ${open}`] : []),
  ]
  if (parts.length === 0) return 'Nothing to compare'
  return `B against A: ${format.list(parts)} of ${format.plural(rows.length, 'row')}`
}

const [WIDTH, LEFT, RIGHT, ROW] = [1060, 220, 20, 26] as const

/** Throughput, B ÷ A, with the range of the repeats, on a log axis: as far left is as much less as right is more. */
function ratioPlot(rows: readonly ComparedRow[], nameOf: (row: ComparedRow) => string): Markup | null {
  const known = rows.flatMap(({ ratios, range }) =>
    ratios.throughput === null ? [] : [ratios.throughput, ...(range === null ? [] : [range.low, range.high])],
  )
  if (known.length === 0) return null
  const axis = logAxis('throughput, B ÷ A (log scale)', [...known, 1])
  const x = (value: number) => Math.round((LEFT + positionOn(axis, value) * (WIDTH - LEFT - RIGHT)) * 10) / 10
  const bottom = rows.length * ROW + 8
  const ticks = axis.ticks.map(
    (tick) =>
      html`<line class="${tick === 1 ? 'zero' : 'grid'}" x1="${x(tick)}" x2="${x(tick)}" y1="4" y2="${bottom}"/><text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}×</text>`,
  )
  const marks = rows.map((row, index) => {
    const y = index * ROW + 20
    const { ratios, range, verdict } = row
    const name = html`<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${format.cut(nameOf(row), 30)}</text>`
    if (ratios.throughput === null) return name
    const style = verdict === 'more' ? 'pass' : verdict === 'less' ? 'regress' : 'inconclusive'
    const bar =
      range === null
        ? null
        : html`<path class="interval ${style}" d="M${x(range.low)} ${y}H${x(range.high)}"/>`
    const isOpen = verdict === 'unlike' || verdict === 'invalid'
    const dot = html`<circle class="${isOpen ? 'dropped' : `${style} estimate`}" cx="${x(ratios.throughput)}" cy="${y}" r="4.5"/>`
    return html`<g>${name}${bar}${dot}<title>${`${nameOf(row)}: ${ratioText(row)}, ${WORDS[verdict][1]}`}</title></g>`
  })
  return html`<figure><svg class="chart plot" viewBox="0 0 ${WIDTH} ${bottom + 40}" role="img" aria-label="${`Throughput, B ÷ A: ${rows
    .map((row) => `${nameOf(row)} ${ratioText(row)}`)
    .slice(0, 12)
    .join(
      '; ',
    )}`}">${ticks}${marks}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 36}" text-anchor="middle">${axis.label}</text></svg></figure>\n`
}

function ratioText({ ratios, range }: ComparedRow): string {
  const spread = range === null ? '' : ` (${format.ratio(range.low)} to ${format.ratio(range.high)})`
  return `${format.ratio(ratios.throughput)}${spread}`
}

function ratioTable(rows: readonly ComparedRow[], nameOf: (row: ComparedRow) => string): Markup {
  const lines = rows.map((row) => {
    const { ratios, range, verdict } = row
    const [style, text] = WORDS[verdict]
    const cells = [
      format.ratio(ratios.throughput),
      range === null ? '–' : `${format.ratio(range.low)} – ${format.ratio(range.high)}`,
      ...[ratios.p50, ratios.p95, ratios.p99, ratios.cpuPerRequest].map(format.ratio),
    ]
    return html`<th scope="row" class="wrap">${nameOf(row)}</th>${cells.map((cell) => html`<td class="num">${cell}</td>`)}<td><strong class="${style}">${text}</strong></td>`
  })
  const heads = ['Scenario', 'Throughput', 'Range', 'p50', 'p95', 'p99', 'CPU/request', 'B serves']
  return table(heads, lines, [1, 2, 3, 4, 5, 6])
}

const HEADS = [
  'Scenario',
  'Side',
  'Throughput, requests/s',
  'Latency at, requests/s',
  'p50, ms',
  'p95, ms',
  'p99, ms',
  'Errors',
  'CPU, µs/request',
  'Validity',
]

function sidesTable(rows: readonly ComparedRow[], nameOf: (row: ComparedRow) => string): Markup {
  const lines = rows.flatMap((row) =>
    (['a', 'b'] as const).map(
      (side) =>
        html`<th scope="row" class="wrap">${nameOf(row)}</th>${sideCells(side.toUpperCase(), row[side])}`,
    ),
  )
  return table(HEADS, lines, [2, 3, 4, 5, 6, 7, 8])
}

function sideCells(name: string, side: SideFigures | null): Markup {
  if (side === null) return html`<td>${name}</td><td colspan="8" class="warn">not measured</td>`
  const { throughput, repeats } = side
  const range =
    throughput === null || repeats < 2
      ? null
      : html`<span class="sub">${format.rate(throughput.min)} – ${format.rate(throughput.max)}, ${repeats} repeats</span>`
  const cells = [
    loadCell(side),
    ...[side.p50Us, side.p95Us, side.p99Us].map(format.latency),
    format.percent(side.errorRate),
    format.cpuMicroseconds(side.cpuPerRequestUs),
  ]
  return html`<td>${name}: ${levelText(side.level)}</td><td class="num">${format.rate(throughput?.median ?? null)}${range}</td>${cells.map((cell) => html`<td class="num">${cell}</td>`)}<td class="wrap">${side.problem === null ? html`<span class="good">valid</span>` : html`<span class="bad">${side.problem}</span>`}</td>`
}

function loadCell({ latencyRate, latencyRequests }: SideFigures): string {
  if (latencyRate === null) return '–'
  return `${rateText(latencyRate)}${latencyRequests === null ? '' : ` (${format.plural(latencyRequests, 'request')})`}`
}
