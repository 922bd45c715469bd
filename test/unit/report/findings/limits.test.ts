import { expect, it } from 'vitest'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { makeRun } from '../../../helpers/run-fixture.js'

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

it('speaks of every level only where each has a valid capacity', () => {
  const cell = (level: string) => ({ level, scenario: 'simple', throughput: 10, latency: null })
  const textOf = (cells: Parameters<typeof makeRun>[0]['cells']) =>
    reportModel([makeRun({ cells })]).limits[0]?.text
  const noisy = { ...cell('0'), validity: { state: 'noisy' as const, evidence: [] } }
  const words = 'not seen in CPU, event loop, database or generator'
  expect(textOf([cell('0'), cell('1')])).toBe(`Limit at every level: ${words}.`)
  expect(textOf([noisy, cell('1'), cell('2')])).toBe(`Limit: ${words} (levels 1 and 2).`)
  const own = { ...cell('0'), cpuPerRequestUs: 100_000 }
  expect(textOf([own, cell('1'), cell('2')])).toBe(
    `Limit: the service’s own CPU (level 0); ${words} (from level 1 on).`,
  )
})

it('says what a closed loop ends at whose service is idle', () => {
  const base = { level: '0', scenario: 'a', throughput: 640, cpuPerRequestUs: 50 }
  const latency = { latenciesUs: [50_000] }
  // 32 connections ÷ 50 ms.
  const textOf = (cell: object) => reportModel([makeRun({ cells: [{ ...base, ...cell }] })]).limits[0]?.text
  expect(textOf({ latenciesUs: [50_000 / 3], latency })).toBe(
    'Limit: 32 connections ÷ 50.0 ms per answer carry at most 640/s, and the service is idle: try --connections 128.',
  )
  expect(textOf({ throughput: 727, latenciesUs: [44_000 / 3] })).toMatch(
    /^Limit: 32 connections ÷ 44\.0 ms .*Nagle/,
  )
  // Slower than at a lower rate: requests wait for each other.
  expect(textOf({ latenciesUs: [50_000 / 3] })).toMatch(
    /^Limit: answers take 50\.0 ms at full load, far longer/,
  )
  expect(textOf({ latenciesUs: [50_000 / 3], latency: null })).toContain('not seen')
  expect(textOf({ latenciesUs: [50_000 / 3], latency, cpuPerRequestUs: 1_000 })).not.toContain(
    'try --connections',
  )
})

it('says what a service refuses, and not that it may be capable of more', () => {
  const run = makeRun({
    cells: [{ level: '0', scenario: 'a', throughput: 100, errors: { badStatus: 82_705 }, latency: null }],
  })
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed') throw new Error('expected a completed cell')
  outcome.sample.statuses = { 200: 1_000, 429: 82_705 }
  outcome.sample.errors = [{ what: 'status 429', count: 82_705 }]
  const { limits, findings } = reportModel([run])
  expect(limits[0]?.text).toBe('Limit: the service refused most requests (status 429) and answered 100/s.')
  expect(findings[0]?.evidence[0]).toBe(
    'level 0 on a: the service refused 98.8 % of the requests (status 429) and answered 100/s',
  )
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
