import {
  type Block,
  type Cell,
  type Doc,
  type DocColumn,
  type DocSection,
  figures,
  type TableBlock,
  table,
} from '../../markup/doc.js'
import { html } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import { CHANGE_POINT_DEFAULTS } from '../../stats/estimate/change-points.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { percentText } from '../../words/in-sentences.js'
import { SLOWDOWN_COLUMNS } from '../gate/gate-tables.js'
import { metricName, rowName, slowdown } from '../gate/gate-text.js'
import type { HistorySeries } from './history-series.js'
import { changeTexts, groupTitle, headText, noChangeText, sparkline } from './history-text.js'
import { historyPlot } from './html-history-plot.js'

const STYLE = `${GATE_STYLE}.plot .whisker{stroke:var(--soft);stroke-width:1.5}
.plot .part{stroke:var(--ink);stroke-width:1.5}.plot .change{stroke:var(--warn);stroke-width:1.5;stroke-dasharray:4 4}
`

/** As many of the newest points as a terminal has room for beside the figures. */
const SPARKS = 24

/** Series of gates against pinned releases, and where they changed. */
export function historyDoc(all: readonly HistorySeries[], version: string): Doc {
  const groups = [...groupBy(all, ({ file, level }) => JSON.stringify([file, level])).values()]
  const changes = all.flatMap(changeTexts)
  const title = changes.length === 0 ? 'No change points' : format.plural(changes.length, 'change point')
  return {
    command: 'history',
    title: { text: title, window: 'History · rungs gate' },
    ...(changes.length === 0 ? { about: noChangeText(all) } : { findings: changes }),
    sections: [...groups.flatMap(terminalSections), ...groups.map(pageSection), reading()],
    suite: null,
    main: ['series-1', 'series'],
    style: STYLE,
    source: 'series files',
    version,
  }
}

const COLUMNS: readonly DocColumn[] = [...SLOWDOWN_COLUMNS, { head: 'course', align: 'left' }]

function terminalSections(group: readonly HistorySeries[]): DocSection[] {
  const rows = group.map(({ scenario, metric, points }) => {
    const last = points.at(-1)
    const course = sparkline(points.slice(-SPARKS).map(({ estimate }) => estimate))
    const figures = [last?.estimate, last?.lower, last?.upper].map((value) => slowdown(value ?? null))
    return [scenario, metricName(metric), ...figures, course]
  })
  const changes = group.flatMap(changeTexts).map((text) => ({ text, tone: 'warn' }) as const)
  const none = { text: noChangeText(group), tone: 'dim' } as const
  return [
    { title: groupTitle(group), blocks: [], in: ['text'] },
    { blocks: [table(COLUMNS, rows)], in: ['text'] },
    { blocks: [{ kind: 'lines', lines: changes.length > 0 ? changes : [none] }], in: ['text'] },
  ]
}

function pageSection(group: readonly HistorySeries[], index: number): DocSection {
  const blocks = [...groupBy(group, ({ scenario }) => scenario)].flatMap(([scenario, series]): Block[] => [
    { kind: 'heading', text: scenario, class: 'wrap' },
    ...series.map(
      (one): Block => ({
        kind: 'drawing',
        drawing: html`<figure><figcaption>${metricName(one.metric)}</figcaption>${historyPlot(one)}</figure>\n`,
      }),
    ),
    { kind: 'details', summary: `Table: ${scenario}, gate by gate`, blocks: [pointsTable(series)] },
  ])
  return { id: `series-${index + 1}`, title: groupTitle(group), blocks, in: ['html', 'markdown'] }
}

const POINT_COLUMNS: readonly DocColumn[] = [
  { head: 'Gate', align: 'left' },
  { head: 'Head', align: 'left' },
  { head: 'Figure', align: 'left', wrap: true },
  { head: 'Slowdown', align: 'right', class: 'big' },
  ...figures('From', 'To', 'Blocks'),
  { head: 'Machine', align: 'left', wrap: true },
]

function pointsTable(series: readonly HistorySeries[]): TableBlock {
  const rows = series.flatMap((one) =>
    one.points.map((point): Cell[] => {
      const { startedAt, machine, estimate, lower, upper, n } = point
      const figures = [...[estimate, lower, upper].map(slowdown), format.integer(n)]
      const cores = format.plural(machine.usableCores, 'core')
      const where = `${machine.cpuModel}, ${cores}, Node ${machine.node.replace(/^v/, '')}`
      return [format.instant(startedAt), headText(point), rowName(one), ...figures, where]
    }),
  )
  return table(POINT_COLUMNS, rows)
}

function reading(): DocSection {
  const level = percentText(CHANGE_POINT_DEFAULTS.level)
  const texts = [
    'A dot is a gate: the slowdown of its head against the pinned release, both measured at once on one machine; the line through it is the 95 % interval of its blocks.',
    `A dashed line is a change point: E-divisive with permutation tests. A series without a change gets one with a chance of at most ${level}. The lines across are the medians of the parts.`,
    'Absolute figures of different machines do not compare; these ratios do, as far as both versions suffer alike from another machine. Where the machine changed at a change point, that is said.',
  ]
  return {
    id: 'reading',
    title: 'How to read this',
    blocks: [{ kind: 'list', texts }],
    in: ['html', 'markdown'],
  }
}
