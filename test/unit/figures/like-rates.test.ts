import { expect, it } from 'vitest'
import { byLikeRates } from '../../../src/figures/like-rates.js'
import { reportCharts } from '../../../src/report/charts/report-charts.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { makeRun } from '../../helpers/run-fixture.js'

const model = reportModel([
  makeRun({
    cells: [
      { level: '0', scenario: 'a', throughput: 2_000 },
      { level: '1', scenario: 'a', throughput: 1_000 },
      { level: '2', scenario: 'a', throughput: 1_200 },
      { level: '0', scenario: 'b', throughput: 1_000 },
      { level: '1', scenario: 'b', throughput: 1_000, latency: { profile: 'soak' } },
      { level: '2', scenario: 'b', throughput: 1_000, latency: null },
    ],
  }),
])

it('puts together what was measured under one profile at like rates', () => {
  const groups = byLikeRates(model.rows, ['a', 'b'])
  expect(groups.map(({ label, rows }) => [label, rows.map(({ level }) => level.key)])).toEqual([
    ['a at 600–720/s', ['1', '2']],
    ['a at 1,200/s', ['0']],
    ['b at 600/s', ['0']],
    ['b at 600/s', ['1']],
  ])
})

it('draws nothing else side by side, and names the rate', () => {
  const [chart] = reportCharts(model).latency
  expect(chart?.groups).toEqual(['a\nat 600–720/s', 'a\nat 1,200/s', 'b\nat 600/s', 'b\nat 600/s'])
  const drawn = chart?.series.map(({ label, bars }) => [label, bars.map((bar) => bar !== null)])
  expect(drawn).toEqual([
    ['0 single', [false, true, true, false]],
    ['1 cluster', [true, false, false, true]],
    ['2 supervised', [true, false, false, false]],
  ])
})
