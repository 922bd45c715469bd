import { type LineChart, positionOn } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { swatchClass } from '../../markup/palette.js'
import { tickText } from '../../markup/svg-chart.js'
import { pathOf } from '../../markup/svg-path.js'
import * as format from '../../words/format.js'

/** A panel: the lines of its head, then its plot. */
const [WIDTH, LEFT, RIGHT, HEAD, KEY_LINE, PLOT, GAP] = [1060, 52, 10, 18, 15, 46, 12] as const
/** Characters of 12 px text that a line of the head holds. */
const LINE_CHARACTERS = Math.floor((WIDTH - LEFT - RIGHT) / 6.6)

/** Charts of one time axis below each other, each with its range in words; the axis is drawn once. */
export function courseSvg(charts: readonly LineChart[], title: string): Markup {
  const axis = charts[0]?.x
  if (axis === undefined) return html``
  const xOf = (value: number) => Math.round(LEFT + positionOn(axis, value) * (WIDTH - LEFT - RIGHT))
  let end = 0
  const panels = charts.map((chart) => {
    const head = headOf(chart)
    const top = end + HEAD + (head.length - 1) * KEY_LINE
    end = top + PLOT + GAP
    return panel(chart, head, top, xOf)
  })
  const bottom = end - GAP
  const rules = axis.ticks.map((tick) => `M${xOf(tick)} ${HEAD}V${bottom}`).join('')
  const ticks = axis.ticks.map(
    (tick) => html`<text x="${xOf(tick)}" y="${bottom + 15}">${tickText(tick)}</text>`,
  )
  return html`<svg class="chart course" viewBox="0 0 ${WIDTH} ${bottom + 34}" role="group" aria-label="${title}"><path class="grid" d="${rules}"/>${panels}<g class="x">${ticks}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 30}">${axis.label}</text></g></svg>`
}

function panel(
  { y, lines }: LineChart,
  head: readonly Markup[],
  from: number,
  xOf: (seconds: number) => number,
): Markup {
  const to = from + PLOT
  const yOf = (value: number) => to - positionOn(y, value) * PLOT
  const drawn = lines.map(({ colour, points }) => {
    const path = pathOf(points.map(([x, value]) => (value === null ? null : [xOf(x), yOf(value)])))
    return html`<path class="line ${swatchClass(colour)}" d="${path}"/>`
  })
  const texts = head.map(
    (text, index) =>
      html`<text x="${LEFT}" y="${from - 6 - (head.length - 1 - index) * KEY_LINE}">${text}</text>`,
  )
  return html`${texts}<path class="grid" d="M${LEFT} ${from}H${WIDTH - RIGHT}M${LEFT} ${to}H${WIDTH - RIGHT}"/><g class="y"><text x="${LEFT - 6}" y="${from + 8}">${tickText(y.max)}</text><text x="${LEFT - 6}" y="${to}">0</text></g>${drawn}`
}

/** Title, unit and key, in as many lines as they need. */
function headOf({ title, y, lines }: LineChart): Markup[] {
  const heads: Markup[] = []
  let head = html`<tspan class="name">${title}</tspan>, ${y.label}`
  let length = title.length + y.label.length + 2
  for (const { label, colour, points } of lines) {
    const text = `${label} ${rangeOf(points)}`
    if (length + text.length + 3 > LINE_CHARACTERS) {
      heads.push(head)
      head = html``
      length = 0
    }
    head = html`${head} <tspan class="${swatchClass(colour)}">●</tspan> ${text}`
    length += text.length + 3
  }
  return [...heads, head]
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
