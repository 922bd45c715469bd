import { expect, it } from 'vitest'
import type { Course } from '../../../../src/figures/course.js'
import { courseCharts } from '../../../../src/report/charts/course-charts.js'

const point = (atSeconds: number, p99Us: number | null) => ({
  atSeconds,
  throughput: 90,
  errors: 0,
  scheduled: 100,
  p50Us: p99Us,
  p99Us,
})

const course = (phase: Course['phase']): Course => ({
  phase,
  repeat: 1,
  seconds: 3.002,
  points: [point(0.5, 2_000), point(1.5, null), point(2.5, 4_000)],
  panels: [
    {
      title: 'CPU',
      unit: 'cores',
      left: 0,
      lines: [
        {
          label: 'app',
          points: [
            [1, 0.5],
            [3.01, 0.7],
          ],
        },
      ],
    },
  ],
})

it('draws scheduled and answered, latency, and the server on one time axis that holds every sample', () => {
  const charts = courseCharts(course('latency'))
  expect(charts.map((chart) => [chart.id, chart.lines.map((line) => line.label)])).toEqual([
    ['rate', ['scheduled', 'as expected']],
    ['latency', ['p50', 'p99']],
    ['server-1', ['app']],
  ])
  for (const chart of charts) expect(chart.x).toMatchObject({ min: 0, max: 3.01, ticks: [0, 1, 2, 3] })
  expect(charts[1]?.lines[1]?.points).toEqual([
    [0.5, 2],
    [1.5, null],
    [2.5, 4],
  ])
})

it('draws no percentile of a closed loop', () => {
  expect(courseCharts(course('capacity')).map((chart) => chart.title)).toEqual([
    'Answered as expected',
    'CPU',
  ])
})
