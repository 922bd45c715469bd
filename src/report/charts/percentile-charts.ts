import { levelLabel } from '../../figures/level-ref.js'
import { byLikeRates } from '../../figures/like-rates.js'
import { rateText } from '../../figures/phase-figures.js'
import { type Axis, type LineChart, logAxis } from '../../markup/chart-spec.js'
import { levelColour } from '../../markup/palette.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'

/** Latency by percentile as hdrhistogram.org draws it: each further nine takes as much room as the one before. */
export function percentileCharts(model: ReportModel): LineChart[] {
  const scenarios = model.scenarios.map(({ name }) => name)
  return byLikeRates(model.rows, scenarios).flatMap(({ label: title, rows }, index) => {
    const lines = rows.flatMap((row) => {
      const phase = row.measured?.latency
      if (!phase || phase.curve.length < 2) return []
      const isValid = phase.validity.state === 'valid'
      const label = `${levelLabel(row.level)} at ${rateText(phase.rate)}/s`
      return [
        {
          label: isValid ? label : `${label}, not valid: ${phase.validity.state}`,
          colour: levelColour(row.level.number),
          points: phase.curve.map(([nines, us]) => [rounded(nines), rounded(us / 1000)] as const),
          dashed: !isValid,
        },
      ]
    })
    if (lines.length === 0) return []
    const points = lines.flatMap((line) => line.points)
    return [
      {
        kind: 'lines' as const,
        id: `percentiles-${index + 1}`,
        title,
        x: percentileAxis(Math.max(...points.map(([x]) => x))),
        y: logAxis(
          'ms (log scale)',
          points.map(([, y]) => y),
        ),
        lines,
      },
    ]
  })
}

/** 1 ÷ (1 − percentile) on a log scale, named by the percentile. */
function percentileAxis(highest: number): Axis {
  const decades = Math.max(1, Math.ceil(Math.log10(highest)))
  const ticks = Array.from({ length: decades + 1 }, (_, decade) => 10 ** decade)
  return {
    label: 'percentile, %',
    scale: 'log',
    min: 1,
    max: 10 ** decades,
    ticks,
    tickTexts: ticks.map((tick) => percentileName(tick).replace(' %', '')),
  }
}

/** `0 %`, `90 %`, `99 %`, `99.9 %` of 1, 10, 100, 1,000. */
export function percentileName(nines: number): string {
  const digits = Math.max(0, Math.ceil(Math.log10(nines) - 1 - 1e-9))
  return `${Number((100 - 100 / nines).toFixed(digits))} %`
}

/** Five digits are enough for a chart, and keep the page small. */
function rounded(value: number): number {
  return Number(value.toPrecision(5))
}

/** What a table of the chart says at a place of its axis. */
export function milliseconds(ms: number | null): string {
  return format.milliseconds(ms === null ? null : ms * 1000)
}
