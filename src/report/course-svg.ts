import { type LineChart, positionOn } from './chart-spec.js'
import * as format from './format.js'
import { html, type Markup } from './html-escape.js'
import { swatchClass } from './palette.js'
import { tickText } from './svg-chart.js'
import { pathOf } from './svg-path.js'

/** A panel: its head, then its plot. */
const [WIDTH, LEFT, RIGHT, HEAD, PLOT, GAP] = [1060, 52, 10, 18, 46, 12] as const
const STEP = HEAD + PLOT + GAP

/** Charts of one time axis below each other, each with its range in words; the axis is drawn once. */
export function courseSvg(charts: readonly LineChart[], title: string): Markup {
  const axis = charts[0]?.x
  if (axis === undefined) return html``
  const height = charts.length * STEP + 22
  const xOf = (value: number) => Math.round(LEFT + positionOn(axis, value) * (WIDTH - LEFT - RIGHT))
  const bottom = charts.length * STEP - GAP
  const rules = axis.ticks.map((tick) => `M${xOf(tick)} ${HEAD}V${bottom}`).join('')
  const ticks = axis.ticks.map(
    (tick) => html`<text x="${xOf(tick)}" y="${bottom + 15}">${tickText(tick)}</text>`,
  )
  return html`<svg class="chart course" viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="${title}"><path class="grid" d="${rules}"/>${charts.map((chart, index) => panel(chart, index * STEP, xOf))}<g class="x">${ticks}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 30}">${axis.label}</text></g></svg>`
}

function panel({ title, y, lines }: LineChart, top: number, xOf: (seconds: number) => number): Markup {
  const [from, to] = [top + HEAD, top + HEAD + PLOT]
  const yOf = (value: number) => to - positionOn(y, value) * PLOT
  const key = lines.map(
    ({ label, colour, points }) =>
      html` <tspan class="${swatchClass(colour)}">●</tspan> ${label} ${rangeOf(points)}`,
  )
  const drawn = lines.map(({ colour, points }) => {
    const path = pathOf(points.map(([x, value]) => (value === null ? null : [xOf(x), yOf(value)])))
    return html`<path class="line ${swatchClass(colour)}" d="${path}"/>`
  })
  return html`<text x="${LEFT}" y="${from - 6}"><tspan class="name">${title}</tspan>, ${y.label}${key}</text><path class="grid" d="M${LEFT} ${from}H${WIDTH - RIGHT}M${LEFT} ${to}H${WIDTH - RIGHT}"/><g class="y"><text x="${LEFT - 6}" y="${from + 8}">${tickText(y.max)}</text><text x="${LEFT - 6}" y="${to}">0</text></g>${drawn}`
}

/** `0.62–0.97`: what the line shows at least and at most. */
function rangeOf(points: LineChart['lines'][number]['points']): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [, value] of points) {
    if (value === null) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  const [least, most] = [format.rate(low), format.rate(high)]
  return low > high ? '' : least === most ? least : `${least}–${most}`
}
