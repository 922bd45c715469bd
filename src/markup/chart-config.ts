import type { ChartConfiguration, ChartDataset } from 'chart.js'
import { cut } from '../words/format.js'
import type { MarkedDataset } from './chart-marks.js'
import type { Axis, BarChart, ChartSpec, LineChart } from './chart-spec.js'

/** A dataset with what the marks plugin and the page's tooltips read. */
type Dataset = ChartDataset<'bar' | 'line'> & MarkedDataset & { tips?: string[] }

/**
 * The Chart.js configuration of a chart: plain JSON without functions, so that the page and the PNGs share it. Text
 * and grid take Chart.js's default colours, which the page sets by its theme. The marks plugin reads `tickValues`,
 * `marks` and what is in the datasets for it; the legend is the page's own.
 */
export function chartConfig(spec: ChartSpec): ChartConfiguration {
  return spec.kind === 'bars' ? barConfig(spec) : lineConfig(spec)
}

function barConfig(spec: BarChart): ChartConfiguration {
  const datasets = spec.series.map(
    ({ label, colour, bars }): Dataset => ({
      type: 'bar',
      label,
      data: bars.map((bar) =>
        bar === null ? null : bar.from === null ? bar.to : ([bar.from, bar.to] as [number, number]),
      ),
      backgroundColor: bars.map((bar) => (bar?.invalid ? `${bar.colour}40` : (bar?.colour ?? colour))),
      borderColor: bars.map((bar) => bar?.colour ?? colour),
      borderWidth: bars.map((bar) => (bar?.invalid ? 1 : 0)),
      borderSkipped: false,
      maxBarThickness: 64,
      categoryPercentage: 0.72,
      barPercentage: 0.86,
      hatched: bars.map((bar) => bar?.invalid ?? false),
      whiskers: bars.map((bar) => (bar?.low == null || bar.high === null ? null : [bar.low, bar.high])),
      notches: bars.map((bar) => bar?.notch ?? null),
      tips: bars.map((bar) => bar?.text ?? ''),
    }),
  )
  return {
    type: 'bar',
    data: {
      labels: spec.groups.map((group) => {
        const [line = '', ...more] = group
          .split('\n')
          .map((text) => cut(text, Math.max(10, Math.floor(130 / spec.groups.length))))
        return more.length === 0 ? line : [line, ...more]
      }),
      datasets,
    },
    options: {
      ...common(spec),
      ...marks(spec.reference),
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkip: false } },
        y: axis(spec.y),
      },
    },
  } as ChartConfiguration
}

function lineConfig(spec: LineChart): ChartConfiguration {
  const datasets = spec.lines.map(
    ({ label, colour, points, dashed }): Dataset => ({
      type: 'line',
      ...(dashed ? { borderDash: [5, 4] } : {}),
      label,
      data: points.map(([x, y]): [number, number | null] => [x, y]) as never,
      borderColor: colour,
      backgroundColor: colour,
      borderWidth: 1.5,
      pointRadius: 0,
      pointHitRadius: 8,
    }),
  )
  return {
    type: 'line',
    data: { datasets },
    options: { ...common(spec), scales: { x: axis(spec.x), y: axis(spec.y) } },
  } as ChartConfiguration
}

function common(spec: ChartSpec) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    locale: 'en-US',
    interaction: spec.kind === 'lines' ? { mode: 'nearest', intersect: false } : {},
    plugins: { legend: { display: false } },
  }
}

function marks(reference: number | null) {
  return { marks: { reference } }
}

function axis({ label, scale, min, max, ticks, tickTexts }: Axis) {
  return {
    type: scale === 'log' ? 'logarithmic' : 'linear',
    min,
    max,
    title: { display: true, text: label },
    tickValues: ticks,
    ...(tickTexts === undefined ? {} : { tickTexts }),
    ticks: { maxRotation: 0, autoSkip: false, format: { maximumSignificantDigits: 3 } },
    border: { display: false },
  }
}
