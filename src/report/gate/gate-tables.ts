import { absoluteFigures } from '../../gate/baseline.js'
import {
  type Cell,
  type DocColumn,
  figures,
  type TableBlock,
  type Tone,
  type TonedCell,
  table,
} from '../../markup/doc.js'
import type { GateArm, GateResult, GateRow } from '../../model/studies/gate.js'
import { median } from '../../stats/estimate/intervals.js'
import * as format from '../../words/format.js'
import { intervalPlot } from './gate-plot.js'
import {
  armText,
  bare,
  blocksBehind,
  errorKindTexts,
  metricName,
  type RowVerdict,
  slowdown,
} from './gate-text.js'

/** What a terminal shows of a slowdown, whatever comes behind it. */
export const SLOWDOWN_COLUMNS: readonly DocColumn[] = [
  { head: 'scenario', align: 'left', shortens: true },
  { head: 'metric', align: 'left' },
  ...figures('slowdown', 'at least', 'at most'),
]

const SHORT_COLUMNS: readonly DocColumn[] = [
  ...SLOWDOWN_COLUMNS,
  ...figures('n'),
  { head: 'verdict', align: 'left' },
]

/** Of a row: its tone on a page, its word there and on a terminal, and the colour of its line. */
const VERDICTS: Readonly<
  Record<RowVerdict, readonly [tone: Tone, page: string, short: string, colour: Tone]>
> = {
  regress: ['bad', 'slower', 'REGRESS', 'bad'],
  pass: ['good', 'not slower', 'pass', 'good'],
  inconclusive: ['warn', 'open', 'open', 'warn'],
  'not-testable': ['dim', 'not testable', 'not testable', 'dim'],
}

/** What was found of each scenario and metric, for a terminal. */
export function shortTable(rows: readonly GateRow[]): TableBlock {
  const lines = rows.map((row) => {
    const [, , word, tone] = VERDICTS[row.verdict]
    const figures = [row.estimate, row.lower, row.upper].map(slowdown)
    const blocks = format.integer(blocksBehind(row))
    return { cells: [row.scenario, metricName(row.metric), ...figures, blocks, word], tone }
  })
  return { kind: 'table', columns: SHORT_COLUMNS, rows: lines, headTone: 'strong' }
}

const NAME: DocColumn = { head: 'Scenario', align: 'left', wrap: true }
const VERDICT: DocColumn = { head: 'Verdict', align: 'left', shows: 'strong', class: 'verdict' }

const FIGURE_COLUMNS: readonly DocColumn[] = [
  NAME,
  { head: 'Metric', align: 'left' },
  { head: 'Slowdown', align: 'right', class: 'big' },
  ...figures('At least', 'At most', 'Found 4 times in 5 from', 'Blocks', 'Disturbed'),
  VERDICT,
]

/** The same with the tests behind it. */
export function figuresTable(rows: readonly GateRow[]): TableBlock {
  const lines = rows.map((row): Cell[] => {
    const [tone, text] = VERDICTS[row.verdict]
    return [
      row.scenario,
      metricName(row.metric),
      slowdown(row.estimate),
      bound(row.lower, row.pRegress),
      bound(row.upper, row.pPass),
      bare(row.mde80),
      format.integer(blocksBehind(row)),
      format.integer(row.dropped),
      { text, tone, sub: row.reason === null ? [] : [row.reason] },
    ]
  })
  return table(FIGURE_COLUMNS, lines)
}

/** With the p-value of the test on its side. */
function bound(value: number | null, p: number | null): Cell {
  return { text: slowdown(value), sub: p === null ? [] : [`p ${probability(p)}`] }
}

function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4)
}

/** Every dot of one scenario's plots. */
export function blocksTable(rows: readonly GateRow[], result: GateResult): TableBlock {
  const plots = rows.map((row) => intervalPlot(row, result).points)
  const lines = result.blocks.map(({ index, first, startedAt, seconds }, at): Cell[] => {
    const cells = plots.map((points): Cell => {
      const point = points[at]
      if (point === undefined) return '–'
      const { percent, dropped } = point
      const text = percent === null ? 'no figure' : slowdown(Math.log1p(percent / 100))
      return dropped === null ? text : { text, tone: 'warn', sub: [dropped], wrap: true }
    })
    return [String(index), first, format.instant(startedAt), format.integer(seconds), ...cells]
  })
  const columns: DocColumn[] = [
    ...['Block', 'Started first', 'At'].map((head) => ({ head, align: 'left' }) as const),
    ...figures('Seconds', ...rows.map(({ metric }) => metricName(metric))),
  ]
  return table(columns, lines)
}

const ERROR_COLUMNS: readonly DocColumn[] = [
  NAME,
  ...figures('Base: requests', 'failed', 'Head: requests', 'failed', 'p, more in head'),
  { ...VERDICT, wrap: true },
]

export function errorsTable(result: GateResult): TableBlock | null {
  const errors = result.decision?.errors ?? []
  if (errors.length === 0) return null
  const verdicts = {
    none: { tone: 'good', text: 'no excess' },
    excess: { tone: 'warn', text: 'excess: forbids a pass' },
    regress: { tone: 'bad', text: 'regression' },
  } as const
  const lines = errors.map(({ scenario, base, head, pValue, verdict, reason }): Cell[] => {
    const found: TonedCell =
      base.requests + head.requests === 0 ? { tone: 'dim', text: 'nothing measured' } : verdicts[verdict]
    const counts = [base.requests, base.errors, head.requests, head.errors].map(format.integer)
    const long = errorKindTexts(result, scenario)
    return [
      scenario,
      ...counts,
      probability(pValue),
      { ...found, sub: reason === null ? [] : [reason], long },
    ]
  })
  return table(ERROR_COLUMNS, lines)
}

const ABSOLUTE_COLUMNS: readonly DocColumn[] = [
  NAME,
  { head: 'Median over the blocks', align: 'left' },
  ...figures('Base', 'Head'),
]

/** Absolute figures beside each other, memory among them: of this machine on this day, no part of the verdict. */
export function absoluteTable(result: GateResult): TableBlock | null {
  const [base, head] = [
    absoluteFigures(result, 'base', { disturbed: true }),
    absoluteFigures(result, 'head', { disturbed: true }),
  ]
  const rss = (['base', 'head'] as const).map((arm) =>
    median(result.blocks.flatMap(({ rssBytes }) => (rssBytes === null ? [] : [rssBytes[arm]]))),
  )
  const rows = base.flatMap((before, at) => {
    const after = head[at]
    if (after === undefined) return []
    const pairs = [
      ['answers per second', format.rate(before.throughput), format.rate(after.throughput)],
      [
        'CPU per request, µs',
        format.cpuMicroseconds(before.cpuPerRequestUs),
        format.cpuMicroseconds(after.cpuPerRequestUs),
      ],
      ...(before.rate === null
        ? []
        : (['p50', 'p95', 'p99'] as const).map((name) => [
            `${name} at ${format.rate(before.rate)}/s, ms`,
            format.milliseconds(before[`${name}Us`]),
            format.milliseconds(after[`${name}Us`]),
          ])),
    ]
    return pairs.map((cells) => [before.scenario, ...cells])
  })
  const [baseRss, headRss] = rss
  const memory =
    baseRss == null || headRss == null
      ? []
      : [['all', 'memory after warm-up (RSS)', format.bytes(baseRss), format.bytes(headRss)]]
  return result.blocks.length === 0 ? null : table(ABSOLUTE_COLUMNS, [...rows, ...memory])
}

const ARM_COLUMNS: readonly DocColumn[] = [
  { head: 'Version', align: 'left' },
  ...['Asked for', 'Obtained', 'Commit', 'Digest'].map(
    (head) => ({ head, align: 'left', wrap: true }) as const,
  ),
]

export function armsTable({ base, head }: GateResult): TableBlock {
  const row = (side: string, arm: GateArm) => [
    side,
    armText(arm),
    obtainedText(arm),
    commitOf(arm),
    arm.digest ?? '–',
  ]
  return table(ARM_COLUMNS, [row('Base', base), row('Head', head)])
}

function obtainedText({ obtained }: GateArm): string {
  if (obtained.kind === 'url') return `ran already at ${obtained.url}`
  if (obtained.kind === 'folder')
    return `folder ${obtained.path}${obtained.dirty ? ', with changes that are not committed' : ''}`
  return `checked out, built by: ${obtained.builtBy.length === 0 ? 'nothing' : obtained.builtBy.join('; ')}`
}

function commitOf({ obtained }: GateArm): string {
  return obtained.kind === 'url' ? '–' : (obtained.commit ?? 'none')
}
