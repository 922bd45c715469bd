import { describe, expect, it } from 'vitest'
import { RouteSeries } from '../../../../src/app/support/request-series.js'

function value(
  series: RouteSeries,
  metric: string,
  labels: Record<string, string | number>,
): number | undefined {
  const match = series
    .values('d')
    .find(
      (entry) =>
        entry.metricName === metric &&
        Object.entries(labels).every(([key, want]) => entry.labels[key] === want),
    )
  return match?.value
}

describe('RouteSeries', () => {
  it('counts by status, with cumulative buckets in seconds', () => {
    const series = new RouteSeries('GET', '/x', true)
    for (const ms of [0.5, 1, 3, 60, 20_000]) series.observe(200, ms)
    series.observe(503, 2)
    series.observe(200, 3)
    expect(value(series, 'd_count', { status: 200 })).toBe(6)
    expect(value(series, 'd_count', { status: 503 })).toBe(1)
    expect(value(series, 'd_sum', { status: 200 })).toBeCloseTo(20.0675, 6)
    expect(value(series, 'd_bucket', { status: 200, le: 0.001 })).toBe(2)
    expect(value(series, 'd_bucket', { status: 200, le: 0.005 })).toBe(4)
    expect(value(series, 'd_bucket', { status: 200, le: 10 })).toBe(5)
    expect(value(series, 'd_bucket', { status: 200, le: '+Inf' })).toBe(6)
  })
})
