import { positionOn } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import * as format from '../../words/format.js'
import { toTenth } from '../../words/round.js'
import type { IntervalPlot, PlotPoint } from './gate-plot.js'

const [WIDTH, HEIGHT, LEFT, TOP] = [380, 250, 52, 12]
/** Where the blocks end and the room of the interval begins. */
const BLOCKS_END = WIDTH - 76
const INTERVAL_AT = WIDTH - 38
/** Blocks without a figure have a lane of their own, below the axis. */
const BOTTOM = HEIGHT - 56
const LANE = BOTTOM + 12

/**
 * Blocks in their order, beside them the estimate with its bounds; the noise floor and the threshold go across. Static
 * SVG in the page's colours.
 * @param title what is plotted, for those who cannot see it
 */
export function plotSvg(plot: IntervalPlot, title: string): Markup {
  return html`<svg class="chart plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description(plot, title)}">
${yAxis(plot)}${plot.points.map((point, index) => mark(plot, point, index))}${interval(plot)}${limits(plot)}${blockNumbers(plot)}</svg>`
}

function description({ estimate, lower, upper, points }: IntervalPlot, title: string): string {
  const counted = points.filter(({ dropped }) => dropped === null).length
  const size =
    estimate === null
      ? 'no estimate yet'
      : `estimated slowdown ${percent(estimate)}, at least ${percent(lower)}, at most ${percent(upper)}`
  return `${title}: ${size}; ${format.plural(counted, 'block')} of ${points.length} count`
}

function yAxis(plot: IntervalPlot): Markup {
  const { axis } = plot
  const lines = axis.ticks.map((tick) => {
    const y = yOf(plot, tick)
    const kind = tick === 0 ? 'zero' : 'grid'
    return html`<line class="${kind}" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${number(tick)}</text>`
  })
  const middle = (TOP + BOTTOM) / 2
  return html`${lines}<text transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${axis.label}</text>`
}

/** A circle where base was started first, a diamond where head was. */
function mark(plot: IntervalPlot, point: PlotPoint, index: number): Markup {
  const x = xOf(plot, index)
  const y = point.percent === null ? LANE : yOf(plot, point.percent)
  const style = point.dropped !== null ? 'dropped' : point.used ? 'block' : 'block later'
  const shape =
    point.first === 'base'
      ? html`<circle class="${style}" cx="${x}" cy="${y}" r="3.5">${tip(point)}</circle>`
      : html`<path class="${style}" d="M${x} ${toTenth(y - 4.6)}l4.6 4.6l-4.6 4.6l-4.6 -4.6z">${tip(point)}</path>`
  return html`${shape}`
}

function tip({ block, first, percent: value, dropped, used }: PlotPoint): Markup {
  const why = dropped === null ? '' : value === null ? `no figure: ${dropped}` : `, disturbed: ${dropped}`
  const what = value === null ? why : `${percent(value)}${why}`
  const unused = value !== null && dropped === null && !used ? ', after the last look' : ''
  return html`<title>block ${block} (${first} first): ${what}${unused}</title>`
}

function interval(plot: IntervalPlot): Markup | null {
  const { estimate, lower, upper, verdict } = plot
  const label = html`<text x="${INTERVAL_AT}" y="${LANE + 5}" text-anchor="middle">estimate</text>`
  if (estimate === null) return label
  const at = yOf(plot, estimate)
  const arm = (bound: number | null) => {
    if (bound === null) return ''
    const y = yOf(plot, bound)
    return `M${INTERVAL_AT} ${at}V${y}M${INTERVAL_AT - 7} ${y}H${INTERVAL_AT + 7}`
  }
  return html`<path class="interval ${verdict}" d="${arm(lower)}${arm(upper)}"/><circle class="estimate ${verdict}" cx="${INTERVAL_AT}" cy="${at}" r="4.5"><title>estimate ${percent(estimate)}, at least ${percent(lower)}, at most ${percent(upper)}</title></circle>${label}`
}

function limits(plot: IntervalPlot): Markup {
  const line = (name: string, value: number, offset: number, kind: string) => {
    const y = yOf(plot, value)
    return html`<line class="${kind}" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y}" y2="${y}"/><text class="label" x="${LEFT + 4}" y="${toTenth(y + offset)}">${name} ${number(value)} %</text>`
  }
  return html`${line('noise floor', plot.floor, 13, 'floor')}${line('threshold', plot.threshold, -4, 'threshold')}`
}

function blockNumbers(plot: IntervalPlot): Markup {
  const { points } = plot
  const every = Math.max(1, Math.ceil(points.length / 12))
  const texts = points.map(({ block }, index) =>
    index % every === 0
      ? html`<text x="${xOf(plot, index)}" y="${LANE + 22}" text-anchor="middle">${block}</text>`
      : null,
  )
  const middle = toTenth((LEFT + BLOCKS_END) / 2)
  return html`${texts}<text x="${middle}" y="${HEIGHT - 4}" text-anchor="middle">block, in order of measuring</text>`
}

function xOf({ points }: IntervalPlot, index: number): number {
  const slot = (BLOCKS_END - LEFT) / Math.max(1, points.length)
  return toTenth(LEFT + slot * (index + 0.5))
}

function yOf({ axis }: IntervalPlot, value: number): number {
  return toTenth(BOTTOM - positionOn(axis, value) * (BOTTOM - TOP))
}

function percent(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : ''}${number(Number(value.toFixed(1)))} %`
}

/** With a true minus sign. */
function number(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 }).replace('-', '−')
}
