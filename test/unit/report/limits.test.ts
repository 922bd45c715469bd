import { expect, it } from 'vitest'
import { reportModel } from '../../../src/report/report-model.js'
import { makeRun } from '../../helpers/run-fixture.js'

it('says for each scenario what limits it at which level', () => {
  const base = { scenario: 'db-read', throughput: 1_000 }
  // 1,000 requests/s at 980 µs are 0.98 of a core; the fixture's Postgres uses 0.4 of that.
  const cells = [
    { ...base, level: '0', cpuPerRequestUs: 980 },
    { ...base, level: '1', cpuPerRequestUs: 1_960, shares: [5_000, 5_000] },
    { ...base, level: '2', cpuPerRequestUs: 300, shares: [5_000, 5_000] },
    { level: '2', scenario: 'simple', throughput: 10, validity: { state: 'noisy' as const, evidence: [] } },
  ]
  const { limits } = reportModel([makeRun({ cells })])
  expect(limits).toEqual([
    {
      scenario: 'db-read',
      text: 'Limit: the service’s own CPU (levels 0 and 1); not seen in CPU, event loop, database or generator (level 2).',
    },
  ])
})

it('names the service behind it that uses most', () => {
  const run = makeRun({
    cells: [{ level: '0', scenario: 'db-read', throughput: 1_000, cpuPerRequestUs: 300 }],
  })
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed') throw new Error('expected a completed cell')
  outcome.server.usage[1]!.cpuUs = 1.7e7
  expect(reportModel([run]).limits[0]?.text).toBe('Limit: the CPU of postgres.')
})
