import type { Course } from '../../figures/course.js'
import type { Point } from '../../figures/down-sample.js'
import type { TimePoint } from '../../figures/over-time.js'
import { type Axis, type LineChart, linearAxis } from '../../markup/chart-spec.js'
import { PALETTE } from '../../markup/palette.js'
import { toDecimals } from '../../words/round.js'

/** The plan, against which the others are read. */
const PLANNED = '#808890'
const [ANSWERED, , , , FAILED] = PALETTE

/** Steps of an axis: the charts are small. */
const STEPS = 4

/** A phase as small charts on one time axis: what the client saw, and below it what the server did. */
export function courseCharts(course: Course): LineChart[] {
  const x = timeAxis(course)
  const chart = (title: string, unit: string, lines: LineChart['lines'], place: string): LineChart => ({
    kind: 'lines',
    id: place,
    title,
    x,
    y: linearAxis(unit, highestOf(lines), STEPS),
    lines,
  })
  const { points } = course
  const client = points.length < 2 ? [] : [chart(rateTitle(course), 'requests/s', rateLines(points), 'rate')]
  const timed = points.some((point) => point.p99Us !== null)
  // A closed loop's percentiles are not the latency of anything that users see.
  const latency =
    course.phase === 'latency' && points.length > 1 && timed
      ? [chart('Latency of each second', 'ms', latencyLines(points), 'latency')]
      : []
  const server = course.panels.map(({ title, unit, lines }, index) =>
    chart(
      title,
      unit,
      lines.map(({ label, points }, place) => ({ label, points, colour: PALETTE[place] ?? PLANNED })),
      `server-${index + 1}`,
    ),
  )
  return [...client, ...latency, ...server]
}

/** To the very end of the phase, or to the last sample where that came a moment later. */
function timeAxis({ seconds, panels }: Course): Axis {
  const times = panels.flatMap(({ lines }) => lines.map(({ points }) => points.at(-1)?.[0] ?? 0))
  const end = Math.max(seconds, ...times)
  const axis = linearAxis('seconds', end)
  return { ...axis, max: end, ticks: axis.ticks.filter((tick) => tick <= end) }
}

function rateTitle({ phase }: Course): string {
  return phase === 'latency' ? 'Scheduled and answered as expected' : 'Answered as expected'
}

function rateLines(points: readonly TimePoint[]): LineChart['lines'] {
  const line = (label: string, colour: string, rateOf: (point: TimePoint) => number | null) => ({
    label,
    colour,
    points: points.map((point): Point => [rounded(point.atSeconds), roundedOrNull(rateOf(point))]),
  })
  return [
    ...(points.some((point) => point.scheduled !== null)
      ? [line('scheduled', PLANNED, (point) => point.scheduled)]
      : []),
    line('as expected', ANSWERED, (point) => point.throughput),
    ...(points.some((point) => point.errors > 0) ? [line('errors', FAILED, (point) => point.errors)] : []),
  ]
}

function latencyLines(points: readonly TimePoint[]): LineChart['lines'] {
  const line = (label: string, colour: string, us: (point: TimePoint) => number | null) => ({
    label,
    colour,
    points: points.map((point): Point => {
      const value = us(point)
      return [rounded(point.atSeconds), value === null ? null : rounded(value / 1000)]
    }),
  })
  return [line('p50', ANSWERED, (point) => point.p50Us), line('p99', FAILED, (point) => point.p99Us)]
}

function highestOf(lines: LineChart['lines']): number {
  return lines.reduce(
    (highest, { points }) => points.reduce((most, [, y]) => Math.max(most, y ?? 0), highest),
    0,
  )
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value)
}

/** Two decimals are enough for a small chart, and keep the page small. */
function rounded(value: number): number {
  return toDecimals(value, 2)
}
