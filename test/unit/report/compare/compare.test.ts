import { expect, it } from 'vitest'
import { type Comparison, compareSides } from '../../../../src/report/compare/compare.js'
import { compareDoc } from '../../../../src/report/compare/compare-doc.js'
import { renderText } from '../../../../src/report/render/text.js'
import { ladderRun } from '../../../helpers/ladder-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const compareText = (comparison: Comparison) => renderText(compareDoc(comparison, '0.1.0'))
const repeated = (level: string, values: number[], more = {}) =>
  values.map((throughput, index) => ({ level, scenario: 'db-read', repeat: index + 1, throughput, ...more }))
const run = (id: string, cells: ReturnType<typeof repeated>, more = {}) => makeRun({ id, cells, ...more })
const compare = (a: ReturnType<typeof run>, b: ReturnType<typeof run>) =>
  compareSides({ label: 'A', run: a }, { label: 'B', run: b })

it('gives ratios of the second side to the first, and a range from three repeats on', () => {
  const latency = { rate: 60 }
  const a = run('a', repeated('0', [100, 110, 90], { latenciesUs: [1_000], latency, cpuPerRequestUs: 50 }))
  const b = run('b', repeated('0', [200, 220, 180], { latenciesUs: [500], latency, cpuPerRequestUs: 75 }))
  const [row] = compare(a, b).rows
  expect(row).toMatchObject({
    scenario: 'db-read',
    ratios: { throughput: 2, cpuPerRequest: 1.5 },
    range: { low: 180 / 110, high: 220 / 90 },
    verdict: 'more',
  })
  expect(row?.ratios.p99).toBeCloseTo(0.5, 2)
})

it.each([
  [[100, 101, 102], [80, 81, 82], 'less'],
  [[100, 101, 110], [99, 105, 112], 'unclear'],
  [[100, 101], [200, 201], 'unknown'],
])('judges %j against %j as %s', (a, b, verdict) => {
  expect(compare(run('a', repeated('0', a)), run('b', repeated('0', b))).rows[0]?.verdict).toBe(verdict)
})

it('concludes nothing from an invalid cell, however clear it looks', () => {
  const noisy = { validity: { state: 'noisy', evidence: ['steal 9 %'] } }
  const [row] = compare(run('a', repeated('0', [1, 1, 1])), run('b', repeated('0', [9, 9, 9], noisy))).rows
  expect(row).toMatchObject({ verdict: 'invalid', b: { problem: expect.stringContaining('noisy') } })
})

it('marks unlike machines and settings, and concludes nothing', () => {
  const a = run('a', repeated('0', [1, 1, 1]))
  const unlike = run('b', repeated('0', [9, 9, 9]), {
    machine: { cpuModel: 'other' },
    settings: { connections: 8 },
  })
  const comparison = compare(a, unlike)
  expect(comparison.differences.map((difference) => difference.what)).toEqual(['CPU', 'connections'])
  expect(comparison.rows[0]?.verdict).toBe('unlike')
  expect(compareText(comparison)).toContain('nothing is concluded')
})

it('takes unlike numbers of connections of a scenario for unlike', () => {
  const b = run('b', repeated('0', [9, 9, 9]))
  for (const scenario of b.scenarios) scenario.connections = 8
  expect(compare(run('a', repeated('0', [1, 1, 1])), b).rows[0]?.verdict).toBe('unlike')
})

it('compares two levels of one run by scenario', () => {
  const both = run('a', [...repeated('0', [100, 100, 100]), ...repeated('2', [150, 150, 150])])
  const comparison = compareSides(
    { label: 'x', run: both, level: '0' },
    { label: 'y', run: both, level: '2' },
  )
  expect(comparison).toMatchObject({
    sameRun: true,
    rows: [{ scenario: 'db-read', ratios: { throughput: 1.5 } }],
  })
})

it('compares runs of one level each, whichever level that is', () => {
  const comparison = compare(run('a', repeated('0', [100])), run('b', repeated('2', [200])))
  expect(comparison.rows.map((row) => row.ratios.throughput)).toEqual([2])
})

it('shows what only one side measured', () => {
  const other = makeRun({ id: 'b', cells: [{ level: '0', scenario: 'simple', throughput: 5 }] })
  const rows = compare(run('a', repeated('0', [100])), other).rows
  expect(rows.map((row) => [row.scenario, row.verdict])).toEqual([
    ['db-read', 'missing'],
    ['simple', 'missing'],
  ])
})

it('fits 80 columns and says at which load latencies were measured', () => {
  const text = compareText(
    compareSides(
      { label: 'base', run: ladderRun(), level: '0' },
      { label: 'head', run: ladderRun(), level: '2' },
    ),
  )
  expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80)
  expect(text).toContain('p50 and p99 are latencies of the open loop')
  // 60 % of a higher capacity is more load.
  expect(text.replace(/\s+/g, ' ')).toMatch(
    /machine, settings or rates differ: .*db-read \(A 2,\d+–2,\d+, B 4,\d+–4,\d+ requests\/s\)/,
  )
  expect(text.replace(/\s+/g, ' ')).not.toContain('db-read: latency at')
})

const latencyOf = (a: object, b: object, capacity = 100) => {
  const [row] = compare(run('a', repeated('0', [100], a)), run('b', repeated('0', [capacity], b))).rows
  return [row?.latency, row?.ratios.p99 === null]
}

it('compares latencies of valid open loops under alike loads alone', () => {
  const noisy = { latency: { validity: { state: 'noisy', evidence: [] } } }
  expect(latencyOf({}, {})).toEqual(['compared', false])
  expect(latencyOf({}, noisy)).toEqual(['invalid', true])
  expect(latencyOf({ latency: null }, {})).toEqual(['missing', true])
  expect(latencyOf({}, { latency: { share: 0.8 } })).toEqual(['unlike', true])
  // 60 % of each side's capacity.
  expect(latencyOf({}, {}, 126)).toEqual(['unlike', true])
  expect(latencyOf({}, {}, 124)).toEqual(['compared', false])
  expect(latencyOf({}, { latency: { profile: 'soak' } })).toEqual(['unlike', true])
  expect(latencyOf({ latency: { rate: 50 } }, { latency: { rate: 63 } })).toEqual(['unlike', true])
  expect(latencyOf({ latency: { rate: 50 } }, { latency: { rate: 62 } })).toEqual(['compared', false])
  expect(latencyOf({}, { latency: { maxConnections: 10 } })).toEqual(['unlike', true])
  expect(latencyOf({ latency: { rate: 50 } }, { latency: { rate: 50 } })).toEqual(['compared', false])
})

it('judges throughput apart from latency, and says what is wrong with the latter', () => {
  const noisy = { latency: { validity: { state: 'noisy' as const, evidence: ['steal 9 %'] } } }
  const comparison = compare(run('a', repeated('0', [1, 1, 1])), run('b', repeated('0', [9, 9, 9], noisy)))
  expect(comparison.rows[0]?.verdict).toBe('more')
  const text = compareText(comparison)
  expect(text).toContain('db-read, B: not valid: noisy (latency); steal 9 %')
  expect(text).toContain('No latency is compared where it is not valid: db-read')
})
