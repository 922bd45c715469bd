import { workerCpusText } from '../../figures/comparable.js'
import type { LadderRow } from '../../figures/ladder.js'
import { percentileText } from '../../figures/latency.js'
import { type LevelRef, levelLabel, levelText } from '../../figures/level-ref.js'
import { byLikeRates, type LikeRates } from '../../figures/like-rates.js'
import { loadWords, rateText } from '../../figures/phase-figures.js'
import { ratioText } from '../../figures/speed-up.js'
import {
  type Bar,
  type BarChart,
  type ChartSpec,
  type LineChart,
  linearAxis,
  logAxis,
} from '../../markup/chart-spec.js'
import { levelColour } from '../../markup/palette.js'
import type { RunSettings } from '../../model/run/run.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'
import { percentileCharts } from './percentile-charts.js'
import { workerCharts } from './worker-charts.js'

/** Groups with a rate each beyond this many would have no room for it. */
const MOST_RATES = 8

/** Bars beyond this many go into a further chart. */
const MOST_BARS = 36

export interface ReportCharts {
  /** One a scenario: its levels side by side. */
  readonly throughput: readonly BarChart[]
  readonly latency: readonly BarChart[]
  readonly speedup: readonly BarChart[]
  /** One a scenario: speed-up by the number of workers. */
  readonly workers: readonly BarChart[]
  /** One a scenario: a line a level. */
  readonly percentiles: readonly LineChart[]
  /** One a scenario: a line a level and repeat. */
  readonly overTime: readonly LineChart[]
}

export function reportCharts(model: ReportModel): ReportCharts {
  const scenarios = model.scenarios.map((scenario) => scenario.name)
  const size = Math.max(1, Math.floor(MOST_BARS / Math.max(1, model.levels.length)))
  const chunks = chunksOf(scenarios, size)
  const likeRates = byLikeRates(model.rows, scenarios).filter(({ rows }) => rows.some(hasP99))
  const titled = <T extends ChartSpec>(specs: readonly T[]): T[] =>
    specs.map((spec) => withQuota(spec, model.settings))
  return {
    throughput: titled(present(scenarios.map((scenario, index) => throughputChart(model, scenario, index)))),
    latency: titled(
      present(
        chunksOf(likeRates, Math.min(size, MOST_RATES)).map((each, index) =>
          latencyChart(model, each, index),
        ),
      ),
    ),
    speedup: titled(present(chunks.map((names, index) => speedupChart(model, names, index)))),
    workers: titled(workerCharts(model)),
    percentiles: titled(percentileCharts(model)),
    overTime: titled(present(scenarios.map((scenario, index) => overTimeChart(model, scenario, index)))),
  }
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

/** What is true of every figure in a chart goes with it wherever it is shown. */
export function withQuota<T extends ChartSpec>(spec: T, settings: Pick<RunSettings, 'workerCpus'> | null): T {
  if (!settings?.workerCpus) return spec
  return { ...spec, title: `${spec.title} (each worker ${workerCpusText(settings)})` }
}

export function allCharts(charts: ReportCharts): ChartSpec[] {
  const { throughput, latency, speedup, workers, percentiles, overTime } = charts
  return [...throughput, ...latency, ...speedup, ...workers, ...percentiles, ...overTime]
}

function throughputChart(model: ReportModel, scenario: string, index: number): BarChart | null {
  const rows = model.rows.filter((row) => row.scenario === scenario && row.measured !== null)
  if (rows.length === 0) return null
  const bars = rows.map(throughputBar)
  const highest = Math.max(...bars.map((bar) => bar?.high ?? bar?.to ?? 0))
  return {
    kind: 'bars',
    id: `throughput-${index + 1}`,
    title: scenario,
    groups: rows.map((row) => levelLabel(row.level)),
    series: [{ label: 'Throughput', colour: levelColour(rows[0]?.level.number ?? null), bars }],
    y: linearAxis('requests/s', highest),
    reference: null,
  }
}

function throughputBar(row: LadderRow): Bar | null {
  if (row.measured === null) return null
  const { value, min, max } = row.measured.throughput
  const repeated = row.measured.repeats.length > 1
  const range = repeated ? ` (${format.rate(min)} to ${format.rate(max)})` : ''
  return bar(row, value, `${format.rate(value)} requests/s${range}`, repeated ? [min, max] : null)
}

function hasP99(row: LadderRow): boolean {
  return (row.measured?.latency?.latency?.p99Us ?? null) !== null
}

/** Side by side stands only what was measured at like rates: each group has its own. */
function latencyChart(model: ReportModel, groups: readonly LikeRates[], index: number): BarChart | null {
  const series = seriesOf(model, groups, ({ rows }, level): Bar | null => {
    const row = rows.find((each) => each.level.id === level.id)
    const phase = row?.measured?.latency
    if (!row || !phase?.latency) return null
    const { p50Us, p95Us, p99Us } = phase.latency
    if (p50Us === null || p95Us === null || p99Us === null) return null
    const [p50, p95, p99] = ([50, 95, 99] as const).map((each) => percentileText(phase.latency, each))
    const text = `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms at ${rateText(phase.rate)} requests/s, ${loadWords(phase)}`
    const drawn = bar(row, p99Us / 1000, text, null, phase.validity.state)
    return { ...drawn, from: Math.max(0.001, p50Us / 1000), notch: p95Us / 1000 }
  })
  const values = series.flatMap((entry) =>
    entry.bars.flatMap((each) => (each ? [each.from ?? 0, each.to] : [])),
  )
  if (values.length === 0) return null
  return {
    kind: 'bars',
    id: `latency-${index + 1}`,
    title: 'Latency at a rate, p50 to p99',
    groups: groups.map(({ scenario, rate }) => `${scenario}\nat ${rateText(rate)}/s`),
    series,
    y: logAxis('ms (log scale)', values),
    reference: null,
  }
}

function speedupChart(model: ReportModel, scenarios: readonly string[], index: number): BarChart | null {
  const series = seriesOf(model, scenarios, (scenario, level): Bar | null => {
    const row = model.rows.find((each) => each.level.id === level.id && each.scenario === scenario)
    if (!row?.speedup) return null
    const { value, range, base } = row.speedup
    const text = `${ratioText(row.speedup)} of ${levelText(base)}`
    return bar(row, value, text, range === null ? null : [range.low, range.high])
  }).filter((entry) => entry.bars.some((each) => each !== null))
  if (series.length === 0) return null
  const highest = series.flatMap((entry) => entry.bars.map((each) => each?.high ?? each?.to ?? 0))
  return {
    kind: 'bars',
    id: `speedup-${index + 1}`,
    title: 'Throughput against the lowest valid level',
    groups: scenarios,
    series,
    y: linearAxis('× the lowest level', Math.max(1, ...highest)),
    reference: 1,
  }
}

function overTimeChart(model: ReportModel, scenario: string, index: number): LineChart | null {
  const rows = model.rows.filter((row) => row.scenario === scenario)
  const lines = rows.flatMap((row) =>
    (row.measured?.overTime ?? [])
      .filter((series) => series.points.length > 1)
      .map((series) => ({
        label: `${levelText(row.level)}, repeat ${series.repeat}`,
        colour: levelColour(row.level.number),
        points: series.points.map((point): [number, number] => [
          round(point.atSeconds),
          round(point.throughput),
        ]),
      })),
  )
  if (lines.length === 0) return null
  const points = lines.flatMap((line) => line.points)
  return {
    kind: 'lines',
    id: `over-time-${index + 1}`,
    title: scenario,
    x: linearAxis('seconds since measuring began', highestOf(points, 0)),
    y: linearAxis('requests/s', highestOf(points, 1)),
    lines,
  }
}

function highestOf(points: readonly (readonly [number, number])[], index: 0 | 1): number {
  return points.reduce((highest, point) => Math.max(highest, point[index]), 0)
}

function seriesOf<Group>(
  model: ReportModel,
  groups: readonly Group[],
  barOf: (group: Group, level: LevelRef) => Bar | null,
): BarChart['series'] {
  return model.levels.map((level) => ({
    label: levelLabel(level),
    colour: levelColour(level.number),
    bars: groups.map((group) => barOf(group, level)),
  }))
}

function bar(
  row: LadderRow,
  to: number,
  text: string,
  whisker: readonly [number, number] | null,
  state = row.measured?.validity.state ?? 'no-data',
): Bar {
  const invalid = state !== 'valid'
  return {
    from: null,
    to,
    low: whisker?.[0] ?? null,
    high: whisker?.[1] ?? null,
    notch: null,
    invalid,
    colour: levelColour(row.level.number),
    text: invalid ? `${text}, not valid: ${state}` : text,
  }
}

/** Four digits are enough for a chart, and keep the page small. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}

function present<T>(items: readonly (T | null)[]): T[] {
  return items.filter((item) => item !== null)
}
