import { positionOn, signedAxis } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { toTenth } from '../../words/round.js'
import { rowName, slowdown } from '../gate/gate-text.js'
import type { HistorySeries, SeriesPoint } from './history-series.js'
import { headText } from './history-text.js'

const [WIDTH, HEIGHT, LEFT, TOP] = [720, 220, 52, 10]
const BOTTOM = HEIGHT - 40

/**
 * Gates in their order as dots with their intervals; the median of each part between changes goes across. Static SVG in
 * the page's colours.
 */
export function historyPlot(series: HistorySeries): Markup {
  const { points } = series
  const shown = points.flatMap(({ estimate, lower, upper }) => [
    estimate,
    lower ?? estimate,
    upper ?? estimate,
  ])
  const axis = signedAxis('slowdown, %', shown.map(percentOf))
  const x = (index: number) => toTenth(LEFT + ((WIDTH - LEFT - 10) * (index + 0.5)) / points.length)
  const y = (logRatio: number) => toTenth(BOTTOM - positionOn(axis, percentOf(logRatio)) * (BOTTOM - TOP))
  const grid = axis.ticks.map((tick) => {
    const at = y(Math.log1p(tick / 100))
    return html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${WIDTH - 8}" y1="${at}" y2="${at}"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${String(tick).replace('-', '−')}</text>`
  })
  const dots = points.map((point, index) => {
    const bar =
      point.lower === null || point.upper === null ? '' : `M${x(index)} ${y(point.lower)}V${y(point.upper)}`
    return html`<g>${tip(point)}<path class="whisker" d="${bar}"/><circle class="block" cx="${x(index)}" cy="${y(point.estimate)}" r="3.5"/></g>`
  })
  const starts = [0, ...series.changes.map(({ at }) => at)]
  const levels = starts.map((start, part) => {
    const change = series.changes[part]
    const end = change?.at ?? points.length
    const level = change?.before ?? series.changes.at(-1)?.after
    return level === undefined
      ? null
      : html`<line class="part" x1="${x(start - 0.5)}" x2="${x(end - 0.5)}" y1="${y(level)}" y2="${y(level)}"/>`
  })
  const changes = series.changes.map(({ at }) => {
    const place = x(at - 0.5)
    return html`<line class="change" x1="${place}" x2="${place}" y1="${TOP}" y2="${BOTTOM}"/>`
  })
  const middle = (TOP + BOTTOM) / 2
  return html`<svg class="chart plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description(series)}">
${grid}<text transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${axis.label}</text>${changes}${levels}${dots}${dates(points, x)}</svg>`
}

function description(series: HistorySeries): string {
  const { points, changes } = series
  const newest = slowdown(points.at(-1)?.estimate ?? null)
  return `${rowName(series)}: ${points.length} gates, newest slowdown ${newest}, ${changes.length} change points`
}

function tip(point: SeriesPoint): Markup {
  const { startedAt, estimate, lower, upper } = point
  const bounds = lower === null || upper === null ? '' : ` (${slowdown(lower)} to ${slowdown(upper)})`
  return html`<title>${startedAt.slice(0, 10)}, ${headText(point)}: ${slowdown(estimate)}${bounds}</title>`
}

/** Of at most six gates. */
function dates(points: readonly SeriesPoint[], x: (index: number) => number): Markup {
  const every = Math.max(1, Math.ceil(points.length / 6))
  const texts = points.map(({ startedAt }, index) =>
    index % every === 0
      ? html`<text x="${x(index)}" y="${BOTTOM + 18}" text-anchor="middle">${startedAt.slice(0, 10)}</text>`
      : null,
  )
  return html`${texts}<text x="${toTenth((LEFT + WIDTH) / 2)}" y="${HEIGHT - 4}" text-anchor="middle">gate, in order of time</text>`
}

function percentOf(logRatio: number): number {
  return Math.expm1(logRatio) * 100
}
