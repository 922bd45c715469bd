import { expect, it } from 'vitest'
import { ofCells } from '../../../src/ladder/evidence.js'
import { parseSlo } from '../../../src/model/plan/slo-grammar.js'
import { makeRun } from '../../helpers/run-fixture.js'

function ask(rate: number, rule: string) {
  const parsed = parseSlo(rule)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { rate, slos: [parsed.value], needs: [], scenario: 'a' } as unknown as Parameters<typeof ofCells>[2]
}

/** 10 s at 60 % of so many requests/s, each answered in 2 ms. */
function findingOf(throughput: number, rate: number, rule: string) {
  const run = makeRun({ cells: [{ level: '0', scenario: 'a', throughput, latenciesUs: [2_000] }] })
  return ofCells(run, run.cells, ask(rate, rule))
}

it('holds or fails by what enough requests tell', () => {
  expect(findingOf(100, 60, 'p99<3ms')).toMatchObject({ state: 'holds', reason: 'p99<3ms held at 60/s' })
  expect(findingOf(100, 60, 'p99<1ms')).toMatchObject({ state: 'fails' })
})

it('knows nothing by the percentile of too few', () => {
  const reason = '300 requests are too few for p99<3ms'
  expect(findingOf(50, 30, 'p99<3ms')).toMatchObject({ state: 'unknown', reason })
  expect(findingOf(50, 30, 'p99<1ms')).toMatchObject({ state: 'unknown' })
  expect(findingOf(50, 30, 'p95<3ms')).toMatchObject({ state: 'holds' })
})
