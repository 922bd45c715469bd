import { levelLabel } from '../../figures/level-ref.js'
import type { BarChart, ChartSpec, LineChart } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import { svgChart } from '../../markup/svg-chart.js'
import { figuresTable, table } from '../../markup/table.js'
import * as format from '../../words/format.js'
import { milliseconds, percentileName } from '../charts/percentile-charts.js'
import type { ReportModel } from '../findings/report-model.js'

const NONE = html`<p>There is no figure to draw.</p>`

/** Which colour is which level. */
export function key(levels: ReportModel['levels']): Markup {
  return html`<p class="key">${levels.map((level) => html`<span><span class="swatch ${swatchClass(levelColour(level.number))}"></span>${levelLabel(level)}</span>`)}</p>`
}

/** Small charts beside each other, each with its table. */
export function panels(specs: readonly ChartSpec[]): Markup {
  if (specs.length === 0) return NONE
  return html`<div class="panels">${specs.map((spec) => figure(spec, 360, 230, html`<h3>${spec.title}</h3>`))}</div>`
}

/** Charts over the whole width, each with its table. */
export function wide(model: ReportModel, specs: readonly BarChart[]): Markup {
  if (specs.length === 0) return NONE
  const shown = new Set(specs.flatMap((spec) => spec.series.map((series) => series.label)))
  const levels = model.levels.filter((level) => shown.has(levelLabel(level)))
  return html`${key(levels)}${specs.map((spec) => figure(spec, 1060, 320, null))}`
}

function figure(spec: ChartSpec, width: number, height: number, head: Markup | null): Markup {
  const rows = spec.kind === 'bars' ? barsTable(spec) : pointsTable(spec)
  return html`<figure data-chart="${spec.id}">${head}${svgChart(spec, width, height)}<div class="live"></div><details><summary>Table</summary>${rows}</details></figure>\n`
}

/** Every bar in words. */
function barsTable({ groups, series, title }: BarChart): Markup {
  const rows = groups.flatMap((group, index) =>
    series.flatMap(({ label, bars }) => {
      const bar = bars[index]
      return bar
        ? [
            html`<th scope="row" class="wrap">${[group.replace('\n', ' '), ...(series.length > 1 ? [label] : [])].join(', ')}</th><td class="wrap">${bar.text}</td>`,
          ]
        : []
    }),
  )
  return table([title, 'Shown'], rows, [])
}

/** Every point that the chart shows. */
function pointsTable(spec: LineChart): Markup {
  const isPercentile = spec.x.tickTexts !== undefined
  const places = [...new Set(spec.lines.flatMap((line) => line.points.map(([x]) => x)))].sort((a, b) => a - b)
  const lines = spec.lines.map((line) => new Map(line.points))
  const value = isPercentile ? milliseconds : format.rate
  const rows = places.map(
    (place) =>
      [
        isPercentile ? percentileName(place) : String(place),
        lines.map((line) => value(line.get(place) ?? null)),
      ] as const,
  )
  const unit = isPercentile ? 'ms' : spec.y.label
  const heads = [
    isPercentile ? 'Percentile' : (spec.places ?? 'Seconds'),
    ...spec.lines.map((line) => `${line.label}, ${unit}`),
  ]
  return figuresTable(heads, rows)
}
