import { html, type Markup } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import { renderPage, type Section } from '../../markup/html-page.js'
import { table } from '../../markup/table.js'
import { CHANGE_POINT_DEFAULTS } from '../../stats/estimate/change-points.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { percentText } from '../../words/in-sentences.js'
import { metricName, rowName, slowdown } from '../gate/gate-text.js'
import type { HistorySeries } from './history-series.js'
import { changeTexts, groupTitle, headText, noChangeText } from './history-text.js'
import { historyPlot } from './html-history-plot.js'

const STYLE = `${GATE_STYLE}.plot .whisker{stroke:var(--soft);stroke-width:1.5}
.plot .part{stroke:var(--ink);stroke-width:1.5}.plot .change{stroke:var(--warn);stroke-width:1.5;stroke-dasharray:4 4}
`

/** Series of gates against pinned releases as one HTML document without scripts. The same series give the same bytes. */
export function historyHtml(all: readonly HistorySeries[], version: string): string {
  const groups = [...groupBy(all, ({ file, level }) => JSON.stringify([file, level])).values()]
  const changes = all.flatMap(changeTexts)
  const header = html`<p class="brand">rungs history</p>
<h1>${changes.length === 0 ? 'No change points' : format.plural(changes.length, 'change point')}</h1>
${changes.length === 0 ? html`<p>${noChangeText(all)}</p>` : html`<ul class="findings">${changes.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`
  return renderPage({
    title: 'History · rungs gate',
    style: STYLE,
    skipTo: ['series-1', 'Skip to the series'],
    header,
    sections: [...groups.map(sectionOf), reading()],
    footer: `Made by rungs ${version} from series files; nothing in this page is fetched from anywhere.`,
  })
}

function sectionOf(group: readonly HistorySeries[], index: number): Section {
  const body = [...groupBy(group, ({ scenario }) => scenario)].map(([scenario, series]) => {
    const figures = series.map(
      (one) => html`<figure><figcaption>${metricName(one.metric)}</figcaption>${historyPlot(one)}</figure>\n`,
    )
    return html`<h3 class="wrap">${scenario}</h3>${figures}<details><summary>Table: ${scenario}, gate by gate</summary>${pointsTable(series)}</details>\n`
  })
  return { id: `series-${index + 1}`, title: groupTitle(group), lead: null, body: html`${body}` }
}

function pointsTable(series: readonly HistorySeries[]): Markup {
  const rows = series.flatMap((one) =>
    one.points.map((point) => {
      const { startedAt, machine, estimate, lower, upper, n } = point
      return html`<th scope="row">${format.instant(startedAt)}</th><td>${headText(point)}</td><td class="wrap">${rowName(one)}</td><td class="num big">${slowdown(estimate)}</td><td class="num">${slowdown(lower)}</td><td class="num">${slowdown(upper)}</td><td class="num">${format.integer(n)}</td><td class="wrap">${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}, Node ${machine.node.replace(/^v/, '')}</td>`
    }),
  )
  return table(['Gate', 'Head', 'Figure', 'Slowdown', 'From', 'To', 'Blocks', 'Machine'], rows, [3, 4, 5, 6])
}

function reading(): Section {
  const level = percentText(CHANGE_POINT_DEFAULTS.level)
  const body = html`<ul>
<li>A dot is a gate: the slowdown of its head against the pinned release, both measured at once on one machine; the line through it is the 95 % interval of its blocks.</li>
<li>A dashed line is a change point: E-divisive with permutation tests. A series without a change gets one with a chance of at most ${level}. The lines across are the medians of the parts.</li>
<li>Absolute figures of different machines do not compare; these ratios do, as far as both versions suffer alike from another machine. Where the machine changed at a change point, that is said.</li>
</ul>`
  return { id: 'reading', title: 'How to read this', lead: null, body }
}
