import { levelLabel } from '../../figures/level-ref.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { Growth, LadderResult, Rung } from '../../ladder/ladder-result.js'
import {
  type Bar,
  type BarChart,
  type ChartSpec,
  type LineChart,
  linearAxis,
  logAxis,
} from '../../markup/chart-spec.js'
import { levelColour } from '../../markup/palette.js'
import { median } from '../../stats/estimate/intervals.js'
import type { RepeatInterval } from '../../stats/estimate/repeat-interval.js'
import * as format from '../../words/format.js'
import { withQuota } from '../charts/report-charts.js'

/** Numbers of workers that a law is drawn to. */
const AHEAD = [8, 16, 64]

const IDEAL_COLOUR = '#808890'

export interface LadderCharts {
  /** One a scenario: capacity by level. */
  readonly throughput: readonly ChartSpec[]
  /** One a scenario: p99 at the same rate by level. */
  readonly latency: readonly ChartSpec[]
  /** One a scenario: capacity by workers, ÷ that of one, with the ideal and the fitted laws. */
  readonly growth: readonly ChartSpec[]
  /** Boot and reload. */
  readonly times: readonly ChartSpec[]
}

export function ladderCharts(result: LadderResult): LadderCharts {
  const { scenarios, settings, rungs } = result
  const each = (make: (name: string, index: number) => ChartSpec | null) =>
    scenarios.flatMap(({ name }, index) => {
      const spec = make(name, index + 1)
      return spec === null ? [] : [withQuota(spec, settings)]
    })
  return {
    throughput: each((name, index) => throughputChart(result, name, index)),
    latency: each((name, index) => latencyChart(result, name, index)),
    growth: each((name, index) => growthChart(result, name, index)),
    times: [timesChart(rungs)].flatMap((spec) => (spec === null ? [] : [withQuota(spec, settings)])),
  }
}

function throughputChart(result: LadderResult, scenario: string, index: number): BarChart | null {
  return barChart(result, scenario, {
    id: `ladder-throughput-${index}`,
    title: scenario,
    label: 'requests/s',
    of: ({ capacity, validity }) => ({ interval: capacity, invalid: validity.state !== 'valid' }),
    text: (value) => `${format.rate(value)} requests/s`,
  })
}

function latencyChart(result: LadderResult, scenario: string, index: number): BarChart | null {
  const rate = result.rates.find((one) => one.scenario === scenario)?.rate ?? null
  return barChart(result, scenario, {
    id: `ladder-latency-${index}`,
    title: `${scenario}, at ${format.rate(rate)}/s`,
    label: 'p99, ms',
    of: ({ latency }) => ({
      interval: latency?.p99 ?? null,
      invalid: latency !== null && latency.validity.state !== 'valid',
    }),
    factor: 1e-3,
    text: (value) => `p99 ${format.milliseconds(value * 1e3)} ms`,
  })
}

interface Bars {
  readonly id: string
  readonly title: string
  readonly label: string
  readonly of: (cell: LadderCell) => {
    readonly interval: RepeatInterval | null
    readonly invalid: boolean
  }
  readonly factor?: number
  readonly text: (value: number) => string
}

/** Whiskers are intervals, cut at twice the value: those of two repeats would dwarf every bar. */
function barChart({ cells }: LadderResult, scenario: string, bars: Bars): BarChart | null {
  const { id, title, label, of, factor = 1, text } = bars
  const own = cells.filter((cell) => cell.scenario === scenario && of(cell).interval !== null)
  if (own.length === 0) return null
  const made = own.map((cell): Bar => {
    const { interval, invalid } = of(cell)
    const value = (interval?.value ?? 0) * factor
    const [low, high] = [interval?.low ?? null, interval?.high ?? null].map((end) =>
      end === null ? null : end * factor,
    )
    const isKnown = typeof low === 'number' && typeof high === 'number'
    const range = isKnown ? ` (${text(low)} to ${text(high)})` : ''
    return {
      from: null,
      to: value,
      notch: null,
      invalid,
      colour: levelColour(cell.info.number),
      low: isKnown ? low : null,
      high: isKnown ? Math.min(high, 2 * value) : null,
      text: `${text(value)}${range}${invalid ? ', not valid' : ''}`,
    }
  })
  return {
    kind: 'bars',
    id,
    title,
    reference: null,
    groups: own.map(({ info }) => shortLabel(info)),
    series: [{ label, colour: made[0]?.colour ?? IDEAL_COLOUR, bars: made }],
    y: linearAxis(label, Math.max(...made.map((bar) => bar.high ?? bar.to))),
  }
}

/** Gain over one worker; both axes are logarithmic, so that the ideal is a straight line. */
function growthChart({ growth }: LadderResult, scenario: string, index: number): LineChart | null {
  const own = growth.filter((one) => one.scenario === scenario && capacityOf(one.points, 1) !== null)
  if (own.length === 0) return null
  const withLaw = own.some(({ law }) => law !== null)
  const measured = [...new Set(own.flatMap(({ points }) => points.map(({ n }) => n)))]
  const places = [...new Set([...measured, ...(withLaw ? [1, 2, 4, ...AHEAD, 32] : [])])].sort(
    (a, b) => a - b,
  )
  const lines = [
    { label: 'ideal', colour: IDEAL_COLOUR, points: places.map((n) => [n, n] as const) },
    ...own.flatMap((one) => linesOf(one, places)),
  ]
  const gains = lines.flatMap(({ points }) => points.flatMap(([, gain]) => gain ?? []))
  return {
    kind: 'lines',
    id: `ladder-growth-${index}`,
    title: scenario,
    places: 'Workers',
    x: {
      ...logAxis('workers', places),
      min: places[0] ?? 1,
      max: Math.max(2, places.at(-1) ?? 2),
      ticks: places,
    },
    y: logAxis('× one worker', gains),
    lines,
  }
}

function linesOf(one: Growth, places: readonly number[]): LineChart['lines'] {
  const { number, name, points, law } = one
  const base = capacityOf(points, 1) ?? 1
  const colour = levelColour(number)
  const counts = [...new Set(points.map(({ n }) => n))]
  return [
    {
      label: `${number} ${name}`,
      colour,
      points: counts.map((n) => [n, (capacityOf(points, n) ?? 0) / base] as const),
    },
    ...(law === null
      ? []
      : [
          {
            label: `${number} ${name}, fitted law`,
            colour,
            dashed: true,
            points: places.map((n) => [n, law.predict(n).value / base] as const),
          },
        ]),
  ]
}

/** The capacity as the tables have it. */
function capacityOf(points: Growth['points'], workers: number): number | null {
  return median(points.flatMap(({ n, throughput }) => (n === workers ? [throughput] : [])))
}

function timesChart(rungs: readonly Rung[]): BarChart | null {
  const up = rungs.filter(({ boot }) => boot !== null)
  if (up.length === 0) return null
  const bar = (value: number | null, what: string): Bar | null =>
    value === null
      ? null
      : {
          from: null,
          to: value,
          low: null,
          high: null,
          notch: null,
          invalid: false,
          colour: what === 'boot' ? TIMES.boot : TIMES.reload,
          text: `${what}: ${value.toFixed(1)} s`,
        }
  const boots = up.map(({ boot }) => bar(boot?.value ?? null, 'boot'))
  const reloads = up.map(({ reload }) => bar(reload?.seconds ?? null, 'reload'))
  return {
    kind: 'bars',
    id: 'ladder-times',
    title: 'Boot (left) and reload (right)',
    reference: null,
    groups: up.map(({ info }) => shortLabel(info)),
    series: [
      { label: 'boot', colour: TIMES.boot, bars: boots },
      { label: 'reload', colour: TIMES.reload, bars: reloads },
    ],
    y: linearAxis('seconds', Math.max(...[...boots, ...reloads].map((one) => one?.to ?? 0))),
  }
}

const TIMES = { boot: '#0072b2', reload: '#e69f00' }

/** `2×4`; the name where there is no number. */
function shortLabel(info: Rung['info']): string {
  if (info.number === null) return levelLabel(info)
  return info.key === String(info.number) ? String(info.number) : `${info.number}×${info.workers}`
}
