import { levelText } from '../../figures/level-ref.js'
import { rateText } from '../../figures/phase-figures.js'
import { ratioText } from '../../figures/speed-up.js'
import { logAxis, positionOn } from '../../markup/chart-spec.js'
import {
  type Block,
  type Cell,
  type Doc,
  type DocColumn,
  type DocSection,
  figures,
  lines,
  type Said,
  type TableBlock,
  type Tone,
  table,
} from '../../markup/doc.js'
import { html } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import * as format from '../../words/format.js'
import type { ComparedRow, Comparison, SideFigures, Verdict } from './compare.js'
import { comparisonNotes, rowNames, sideText } from './compare-notes.js'

/** What a row says: on a page, and in a terminal's column with its colour. */
const WORDS: Readonly<Record<Verdict, readonly [page: Said, short: string, colour: Tone | undefined]>> = {
  more: [{ tone: 'good', text: 'more' }, 'more', 'good'],
  less: [{ tone: 'bad', text: 'less' }, 'less', 'bad'],
  unclear: [{ tone: 'warn', text: 'cannot be told apart' }, 'unclear', undefined],
  unknown: [{ tone: 'warn', text: 'not known: too few repeats' }, '? (few)', undefined],
  unlike: [{ tone: 'warn', text: 'not compared: unlike' }, 'unlike', 'dim'],
  invalid: [{ tone: 'warn', text: 'not compared: not valid' }, 'invalid', 'warn'],
  missing: [{ tone: 'warn', text: 'not compared: no figure' }, 'missing', 'warn'],
}

/** What the figures are to be read with. */
const CLOSING =
  'Ratios are B ÷ A; p50 and p99 are latencies of the open loop. The range is the widest that the repeats allow.'

type NameOf = (row: ComparedRow) => string

/** Two sides, as ratios and side by side. */
export function compareDoc(comparison: Comparison, version: string): Doc {
  const { a, b } = comparison
  return {
    command: 'compare',
    title: {
      text: headline(comparison),
      wrap: true,
      window: `${a.label} against ${b.label} · rungs compare`,
    },
    meta: [`A: ${sideText(a)}`, `B: ${sideText(b)}`],
    cautions: comparisonNotes(comparison, { rates: false }).map((text) => text.trim()),
    sections: [...terminalSections(comparison), ...pageSections(comparison)],
    suite: null,
    main: ['ratios', 'ratios'],
    style: GATE_STYLE,
    source: 'result files',
    version,
  }
}

const NONE = lines('Neither side has a cell to compare.')

function terminalSections(comparison: Comparison): DocSection[] {
  const { rows, a, b } = comparison
  const nameOf = rowNames(comparison)
  const notes = comparisonNotes(comparison).map((text): Said => ({ text, tone: 'warn' }))
  const closing: Block = { kind: 'lines', lines: [{ text: CLOSING, tone: 'dim' }], indent: '' }
  const sides = [`A: ${sideText(a)}`, `B: ${sideText(b)}`].map((text) => ({ text }))
  return [
    { in: ['text'], blocks: [{ kind: 'lines', lines: sides, indent: '   ' }] },
    { in: ['text'], blocks: [rows.length === 0 ? NONE : shortTable(rows, nameOf)] },
    { in: ['text'], blocks: rows.length === 0 ? [] : [{ kind: 'lines', lines: notes }, closing] },
  ]
}

const SHORT_COLUMNS: readonly DocColumn[] = [
  { head: 'scenario', align: 'left', shortens: true },
  ...figures('A req/s', 'B req/s', 'B/A', 'range', 'p50', 'p99', 'CPU'),
  { head: 'B serves', align: 'left' },
]

function shortTable(rows: readonly ComparedRow[], nameOf: NameOf): TableBlock {
  const bare = (value: number) => format.ratio(value).replace('×', '')
  return {
    kind: 'table',
    columns: SHORT_COLUMNS,
    headTone: 'strong',
    rows: rows.map((row) => {
      const { a, b, ratios, range, verdict } = row
      const [, word, tone] = WORDS[verdict]
      const cells = [
        nameOf(row),
        format.rate(a?.throughput?.median ?? null),
        format.rate(b?.throughput?.median ?? null),
        format.ratio(ratios.throughput),
        range === null ? '–' : `${bare(range.low)}–${bare(range.high)}`,
        ...[ratios.p50, ratios.p99, ratios.cpuPerRequest].map(format.ratio),
        word,
      ]
      return { cells, tone }
    }),
  }
}

function pageSections(comparison: Comparison): DocSection[] {
  const { rows, differences } = comparison
  const nameOf = rowNames(comparison)
  const isEmpty = rows.length === 0
  const unlike =
    differences.length > 0
      ? 'Machine or settings differ: the figures stand beside each other, and nothing is concluded.'
      : ''
  return [
    {
      id: 'ratios',
      title: 'B ÷ A',
      lead: `${CLOSING} ${unlike}`,
      blocks: isEmpty ? [NONE] : [...ratioPlot(rows, nameOf), ratioTable(rows, nameOf)],
      in: ['html', 'markdown'],
    },
    {
      id: 'sides',
      title: 'Side by side',
      blocks: [isEmpty ? NONE : sidesTable(rows, nameOf)],
      in: ['html', 'markdown'],
    },
  ]
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
function ratioPlot(rows: readonly ComparedRow[], nameOf: NameOf): Block[] {
  const known = rows.flatMap(({ ratios, range }) =>
    ratios.throughput === null ? [] : [ratios.throughput, ...(range === null ? [] : [range.low, range.high])],
  )
  if (known.length === 0) return []
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
    return html`<g>${name}${bar}${dot}<title>${`${nameOf(row)}: ${timesText(row)}, ${WORDS[verdict][0].text}`}</title></g>`
  })
  const drawing = html`<figure><svg class="chart plot" viewBox="0 0 ${WIDTH} ${bottom + 40}" role="img" aria-label="${`Throughput, B ÷ A: ${rows
    .map((row) => `${nameOf(row)} ${timesText(row)}`)
    .slice(0, 12)
    .join(
      '; ',
    )}`}">${ticks}${marks}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 36}" text-anchor="middle">${axis.label}</text></svg></figure>\n`
  return [{ kind: 'drawing', drawing }]
}

function timesText({ ratios: { throughput }, range }: ComparedRow): string {
  return throughput === null ? format.ratio(null) : ratioText({ value: throughput, range })
}

const RATIO_COLUMNS: readonly DocColumn[] = [
  { head: 'Scenario', align: 'left', wrap: true },
  ...figures('Throughput', 'Range', 'p50', 'p95', 'p99', 'CPU/request'),
  { head: 'B serves', align: 'left', shows: 'strong' },
]

function ratioTable(rows: readonly ComparedRow[], nameOf: NameOf): TableBlock {
  return table(
    RATIO_COLUMNS,
    rows.map((row) => {
      const { ratios, range, verdict } = row
      return [
        nameOf(row),
        format.ratio(ratios.throughput),
        range === null ? '–' : `${format.ratio(range.low)} – ${format.ratio(range.high)}`,
        ...[ratios.p50, ratios.p95, ratios.p99, ratios.cpuPerRequest].map(format.ratio),
        WORDS[verdict][0],
      ]
    }),
  )
}

const SIDE_COLUMNS: readonly DocColumn[] = [
  { head: 'Scenario', align: 'left', wrap: true },
  { head: 'Side', align: 'left' },
  ...figures('Throughput, requests/s', 'Latency at, requests/s', 'p50, ms', 'p95, ms', 'p99, ms'),
  ...figures('Errors', 'CPU, µs/request'),
  { head: 'Validity', align: 'left', wrap: true },
]

function sidesTable(rows: readonly ComparedRow[], nameOf: NameOf): TableBlock {
  const sides = ['a', 'b'] as const
  return table(
    SIDE_COLUMNS,
    rows.flatMap((row) => sides.map((side) => [nameOf(row), ...sideCells(side.toUpperCase(), row[side])])),
  )
}

function sideCells(name: string, side: SideFigures | null): Cell[] {
  if (side === null) return [name, { text: 'not measured', tone: 'warn', across: 8 }]
  const { throughput, repeats, problem } = side
  const range =
    throughput === null || repeats < 2
      ? []
      : [`${format.rate(throughput.min)} – ${format.rate(throughput.max)}, ${repeats} repeats`]
  return [
    `${name}: ${levelText(side.level)}`,
    { text: format.rate(throughput?.median ?? null), sub: range },
    loadCell(side),
    ...[side.p50Us, side.p95Us, side.p99Us].map(format.latency),
    format.percent(side.errorRate),
    format.cpuMicroseconds(side.cpuPerRequestUs),
    problem === null ? { text: 'valid', tone: 'good' } : { text: problem, tone: 'bad' },
  ]
}

function loadCell({ latencyRate, latencyRequests }: SideFigures): string {
  if (latencyRate === null) return '–'
  return `${rateText(latencyRate)}${latencyRequests === null ? '' : ` (${format.plural(latencyRequests, 'request')})`}`
}
