import { describe, expect, it } from 'vitest'
import { mergedSamples } from '../../../../src/figures/latency.js'
import { percentileName } from '../../../../src/report/charts/percentile-charts.js'
import { reportCharts } from '../../../../src/report/charts/report-charts.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'
import { makeRun } from '../../../helpers/run-fixture.js'

function sampleOf(values: readonly number[], censored: number) {
  const histogram = createHistogram()
  for (const value of values) record(histogram, value)
  return { ...latencyPhase().sample, histogram: encodeHistogram(histogram), censored }
}

const curveOf = (samples: ReturnType<typeof sampleOf>[]) => mergedSamples(samples).curve

describe('latency by percentile', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => index + 1)

  it('takes as much room for each further nine, up to the last that 5 values lie beyond', () => {
    const curve = curveOf([sampleOf(values, 0)])
    expect(curve.filter(([nines]) => [1, 10, 100, 1_000].includes(Math.round(nines * 1e6) / 1e6))).toEqual([
      [1, 1],
      [10, 900],
      [100, 990],
    ])
    expect(curve.at(-1)).toEqual([200, 995])
  })

  it('ends where requests had no answer', () => {
    const curve = curveOf([sampleOf(values, 10)])
    expect(curve.at(-1)).toEqual([100, 990])
    expect(curveOf([sampleOf([5], 1)])).toEqual([])
    expect(curveOf([sampleOf([], 0)])).toEqual([])
  })

  it('adds the repeats’ histograms', () => {
    const curve = curveOf([sampleOf(Array(15).fill(1), 0), sampleOf(Array(5).fill(9), 0)])
    expect(curve.at(0)).toEqual([1, 1])
    expect(curve.at(-1)).toEqual([4, 1])
  })

  it('is drawn dashed where it is not valid, and not at all without a latency', () => {
    const noisy = { validity: { state: 'noisy' as const, evidence: [] } }
    const cells = [
      { level: '0', scenario: 'a', throughput: 100 },
      { level: '1', scenario: 'a', throughput: 120, latency: noisy },
      { level: '2', scenario: 'a', throughput: 200 },
      { level: '0', scenario: 'b', throughput: 100, latency: null },
    ]
    const charts = reportCharts(reportModel([makeRun({ cells })])).percentiles
    // At twice the rate nothing compares: a chart of its own.
    expect(charts.map(({ title }) => title)).toEqual(['a at 60.0–72.0/s', 'a at 120/s'])
    expect(charts[0]?.lines.map(({ dashed, label }) => [dashed, label])).toEqual([
      [false, '0 single at 60.0/s'],
      [true, '1 cluster at 72.0/s, not valid: noisy'],
    ])
    expect(charts[0]?.x.tickTexts).toEqual(['0', '90', '99', '99.9'])
  })
})

it('names each percentile so that no two are alike', () => {
  const names = Array.from({ length: 60 }, (_, step) => percentileName(10 ** (step / 8)))
  expect(new Set(names).size).toBe(names.length)
  expect([1, 2, 10, 100, 1_000].map(percentileName)).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %'])
})

it('draws speed-up by workers with what their number promises', () => {
  const cells = [
    { level: '0', scenario: 'a', throughput: 100 },
    { level: '1', scenario: 'a', throughput: 170 },
    { level: '0', scenario: 'b', throughput: 100 },
  ]
  const { workers } = reportCharts(reportModel([makeRun({ cells })]))
  expect(workers.map(({ title, groups }) => [title, groups])).toEqual([['a', ['2 (1 cluster)']]])
  expect(workers[0]?.series[0]?.bars).toMatchObject([{ to: 1.7, notch: 2 }])
})
