import { cut } from '../words/format.js'
import { toTenth } from '../words/round.js'
import {
  type Axis,
  type Bar,
  type BarChart,
  type ChartSpec,
  type LineChart,
  positionOn,
} from './chart-spec.js'
import { html, type Markup } from './html-escape.js'
import { swatchClass } from './palette.js'
import { pathOf } from './svg-path.js'

interface Frame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Mean width of a character of 12 px text, for shortening labels. */
const CHARACTER = 6.4

/** Room that the texts beside the vertical axis need. */
function axisWidth(spec: ChartSpec): number {
  return Math.ceil(Math.max(...spec.y.ticks.map((tick) => tickText(tick).length)) * CHARACTER) + 30
}

/** Rules of a chart's classes beside those of its colours, for a page and for a file of its own. */
export const CHART_STYLE = `.grid{fill:none}.mark{stroke-width:1.5;fill:none}.notch{stroke-width:2}.y{text-anchor:end}.x{text-anchor:middle}.line{fill:none;stroke:currentColor;stroke-width:1.5}`

/** A chart as inline SVG for a page: text and lines take the page's colours by their classes. */
export function svgChart(spec: ChartSpec, width: number, height: number): Markup {
  const frame: Frame = {
    width,
    height,
    left: axisWidth(spec),
    right: 8,
    top: 10,
    bottom: spec.kind === 'lines' || spec.groups.some((group) => group.includes('\n')) ? 40 : 26,
  }
  const body = spec.kind === 'bars' ? barsOf(spec, frame) : linesOf(spec, frame)
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${description(spec)}">
${hatchOf(spec)}${yAxis(spec.y, frame)}${body}</svg>`
}

/** What the chart shows, in words: for those who cannot see it, the table beside it has every figure. */
function description(spec: ChartSpec): string {
  if (spec.kind === 'lines')
    return `${spec.title}: ${spec.y.label} over ${spec.x.label}, ${spec.lines
      .map((line) => line.label)
      .slice(0, 12)
      .join(', ')}`
  const parts = spec.groups.flatMap((group, index) =>
    spec.series.flatMap((series) => {
      const bar = series.bars[index]
      const name = group.replace('\n', ' ')
      return bar ? [`${spec.series.length > 1 ? `${name}, ${series.label}` : name}: ${bar.text}`] : []
    }),
  )
  return `${spec.title}. ${parts.slice(0, 12).join('; ')}${parts.length > 12 ? '; …' : ''}`
}

function yAxis(axis: Axis, frame: Frame): Markup {
  const [from, to] = [frame.left, frame.width - frame.right]
  const grid = axis.ticks.map((tick) => `M${from} ${yOf(axis, tick, frame)}H${to}`).join('')
  const texts = axis.ticks.map(
    (tick, index) =>
      html`<text x="${from - 6}" y="${toTenth(yOf(axis, tick, frame) + 4)}">${axis.tickTexts?.[index] ?? tickText(tick)}</text>`,
  )
  const middle = toTenth((frame.top + frame.height - frame.bottom) / 2)
  return html`<path class="grid" d="${grid}"/><g class="y">${texts}</g><text class="axis" transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${axis.label}</text>`
}

function barsOf(spec: BarChart, frame: Frame): Markup {
  const slot = (frame.width - frame.left - frame.right) / Math.max(1, spec.groups.length)
  const step = (slot * 0.76) / Math.max(1, spec.series.length)
  const thick = Math.min(56, step * 0.86)
  const groups = spec.groups.map((group, index) => {
    const middle = frame.left + slot * (index + 0.5)
    const bars = spec.series.map((series, place) => {
      const bar = series.bars[index]
      const x = middle + (place - (spec.series.length - 1) / 2) * Math.min(step, 64)
      return bar ? barOf(spec, bar, x, thick, frame) : null
    })
    const labels = group.split('\n').map((text, line) => {
      const label = shorten(text, slot)
      const title = label === text ? null : html`<title>${text}</title>`
      return html`<text class="tick" x="${toTenth(middle)}" y="${frame.height - frame.bottom + 17 + 15 * line}" text-anchor="middle">${label}${title}</text>`
    })
    return html`${bars}${labels}`
  })
  const { reference, y } = spec
  const at = reference === null ? 0 : yOf(y, reference, frame)
  const line =
    reference === null
      ? null
      : html`<line class="mark" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${at}" y2="${at}"/>`
  return html`${groups}${line}`
}

function barOf(spec: BarChart, bar: Bar, x: number, width: number, frame: Frame): Markup {
  const left = toTenth(x - width / 2)
  const base = bar.from === null ? frame.height - frame.bottom : yOf(spec.y, bar.from, frame)
  const top = yOf(spec.y, bar.to, frame)
  const size = html`x="${left}" y="${top}" width="${toTenth(width)}" height="${toTenth(Math.max(1, base - top))}"`
  const body = bar.invalid
    ? html`<rect ${size} fill="${bar.colour}" fill-opacity="0.25" stroke="${bar.colour}"/><rect ${size} fill="url(#hatch-${spec.id})"/>`
    : html`<rect ${size} fill="${bar.colour}"/>`
  return html`<g>${body}${whiskerOf(spec, bar, x, width, frame)}${notchOf(spec, bar, x, width, frame)}<title>${bar.text}</title></g>`
}

function whiskerOf(spec: BarChart, bar: Bar, x: number, width: number, frame: Frame): Markup | null {
  if (bar.low === null || bar.high === null) return null
  const [low, high, cap, at] = [
    yOf(spec.y, bar.low, frame),
    yOf(spec.y, bar.high, frame),
    Math.min(5, width / 4),
    toTenth(x),
  ]
  return html`<path class="mark" d="M${at} ${low}V${high}M${toTenth(x - cap)} ${low}H${toTenth(x + cap)}M${toTenth(x - cap)} ${high}H${toTenth(x + cap)}"/>`
}

function notchOf(spec: BarChart, bar: Bar, x: number, width: number, frame: Frame): Markup | null {
  if (bar.notch === null) return null
  return html`<path class="mark notch" d="M${toTenth(x - width / 2)} ${yOf(spec.y, bar.notch, frame)}H${toTenth(x + width / 2)}"/>`
}

function linesOf(spec: LineChart, frame: Frame): Markup {
  const span = frame.width - frame.left - frame.right
  const xOf = (value: number) => Math.round(frame.left + positionOn(spec.x, value) * span)
  const bottom = frame.height - frame.bottom
  const ticks = spec.x.ticks.map(
    (tick, index) =>
      html`<text x="${xOf(tick)}" y="${bottom + 16}">${spec.x.tickTexts?.[index] ?? tickText(tick)}</text>`,
  )
  const lines = spec.lines.map(({ label, colour, points, dashed }) => {
    const path = pathOf(points.map(([x, y]) => (y === null ? null : [xOf(x), yOf(spec.y, y, frame)])))
    return html`<path d="${path}" class="line ${swatchClass(colour)}"${dashed ? html` stroke-dasharray="5 4"` : null}><title>${label}</title></path>`
  })
  return html`<g class="x">${ticks}</g>${lines}<text class="axis" x="${toTenth(frame.left + span / 2)}" y="${frame.height - 6}" text-anchor="middle">${spec.x.label}</text>`
}

function hatchOf(spec: ChartSpec): Markup | null {
  if (spec.kind !== 'bars' || !spec.series.some((series) => series.bars.some((bar) => bar?.invalid)))
    return null
  return html`<defs><pattern id="hatch-${spec.id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="mark" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>`
}

function yOf(axis: Axis, value: number, frame: Frame): number {
  const bottom = frame.height - frame.bottom
  return toTenth(bottom - positionOn(axis, value) * (bottom - frame.top))
}

/** `10,000`, `0.5`. */
export function tickText(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

function shorten(text: string, width: number): string {
  return cut(text, Math.max(3, Math.floor(width / CHARACTER)))
}
