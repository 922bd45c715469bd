import { type Axis, positionOn } from '../../markup/chart-spec.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { tickText } from '../../markup/svg-chart.js'
import type { Probe } from '../../model/studies/capacity.js'
import * as format from '../../words/format.js'
import type { CapacityPlot } from './capacity-plot.js'

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [860, 360, 64, 16, 22, 316] as const

/** Probes by rate and latency; the objective goes across, the interval of the capacity and the knee from top to bottom. */
export function capacityPlotSvg(plot: CapacityPlot, title: string): Markup {
  const { x, y } = plot
  const rules = y.ticks.map((tick) => `M${LEFT} ${yOf(y, tick)}H${WIDTH - RIGHT}`).join('')
  return html`<svg class="chart plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description(plot, title)}">
${interval(plot)}<path class="grid" d="${rules}"/><g class="y">${y.ticks.map((tick) => html`<text x="${LEFT - 6}" y="${yOf(y, tick) + 4}">${tickText(tick)}</text>`)}</g><g class="x">${x.ticks.map((tick) => html`<text x="${xOf(x, tick)}" y="${BOTTOM + 17}">${tickText(tick)}</text>`)}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}">${x.label}</text><text transform="translate(14 ${(TOP + BOTTOM) / 2}) rotate(-90)">${y.label}</text></g>
${knee(plot)}${objective(plot)}${plot.points.map(({ probe, ms }) => mark(plot, probe, ms))}</svg>`
}

function description({ points, objective, metric }: CapacityPlot, title: string): string {
  const count = (outcome: Probe['outcome']) => points.filter(({ probe }) => probe.outcome === outcome).length
  const rule = objective === null ? '' : ` against ${objective.rule}`
  return `${title}: ${metric} of ${format.plural(points.length, 'probe')} by rate${rule}; ${count('held')} held, ${count('failed')} failed, ${count('invalid')} not valid`
}

/** A dot where it held, a cross where it failed, an empty triangle where it tells nothing; larger where it was to confirm. */
function mark(plot: CapacityPlot, probe: Probe, ms: number | null): Markup {
  const at = xOf(plot.x, probe.rate)
  // Without an answer there is no latency: at the upper edge.
  const y = ms === null ? TOP : yOf(plot.y, ms)
  const size = probe.kind === 'confirm' ? 7 : 5
  const shapes: Readonly<Record<Probe['outcome'], string>> = {
    held: `M${at - size} ${y}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0z`,
    failed: `M${at - size} ${y - size}l${2 * size} ${2 * size}M${at - size} ${y + size}l${2 * size} ${-2 * size}`,
    invalid: `M${at} ${y - size}l${size} ${2 * size}h${-2 * size}z`,
  }
  const value = ms === null ? 'no latency' : `${plot.metric} ${format.milliseconds(ms * 1_000)} ms`
  return html`<path class="probe ${probe.outcome}" d="${shapes[probe.outcome]}"><title>${`probe ${probe.index} (${probe.kind}) at ${format.rate(probe.rate)}/s: ${probe.outcome}, ${value}`}</title></path>`
}

function objective({ objective, y }: CapacityPlot): Markup | null {
  if (objective === null) return null
  const at = yOf(y, objective.ms)
  return html`<path class="threshold" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text class="label" x="${LEFT + 4}" y="${at - 5}">${objective.rule}</text>`
}

function knee({ knee, x }: CapacityPlot): Markup | null {
  if (knee === null) return null
  const at = xOf(x, knee)
  return html`<path class="floor" d="M${at} ${TOP}V${BOTTOM}"/><text class="label" x="${at - 5}" y="${TOP - 6}" text-anchor="end">knee ${format.rate(knee)}/s</text>`
}

/** Shaded from the highest rate that held to the lowest that failed. */
function interval({ low, high, x }: CapacityPlot): Markup | null {
  if (low === null || high === null) return null
  const [from, to] = [xOf(x, low), xOf(x, high)]
  return html`<rect class="between" x="${from}" y="${TOP}" width="${Math.max(2, to - from)}" height="${BOTTOM - TOP}"><title>${`held at ${format.rate(low)}/s, failed at ${format.rate(high)}/s`}</title></rect>`
}

function xOf(axis: Axis, rate: number): number {
  return Math.round(LEFT + positionOn(axis, rate) * (WIDTH - LEFT - RIGHT))
}

function yOf(axis: Axis, ms: number): number {
  return Math.round(BOTTOM - positionOn(axis, ms) * (BOTTOM - TOP))
}
