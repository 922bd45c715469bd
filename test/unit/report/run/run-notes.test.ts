import { expect, it } from 'vitest'
import type { Validity } from '../../../../src/model/run/outcome.js'
import { runTable } from '../../../../src/report/run/run-table.js'
import { type CellSpec, makeRun } from '../../../helpers/run-fixture.js'

const busy = (share: number): Validity => ({
  state: 'machine-busy',
  evidence: [`other processes took ${share} % of the CPU time (limit 15 %)`, 'the load generator was late'],
})
const late: Validity = { state: 'generator-bound', evidence: ['the generator used 97 % of its core'] }
const noisy: Validity = { state: 'noisy', evidence: ['its 3 repeats lie 31 % apart'] }

const cell = (level: string, more: Partial<CellSpec> = {}): CellSpec => ({
  ...{ level, scenario: 'simple', throughput: 1_000, latenciesUs: [2_000] },
  ...more,
})
const tableOf = (cells: CellSpec[], warnings: string[] = []) => runTable(makeRun({ cells, warnings }))
const flat = (text: string) => text.replace(/\s+/g, ' ')

it('says a cause that all cells share once, and nothing beside it', () => {
  const text = tableOf(
    ['0', '1', '2'].map((level, i) =>
      cell(level, { validity: busy(48 + i), latency: { validity: busy(80 + i) } }),
    ),
  )
  expect(flat(text)).toContain(
    'None of the 3 results can be trusted: machine-busy: other processes took 48–82 % of the CPU time (limit 15 %)',
  )
  expect(text).not.toContain('was late')
  expect(text.match(/^simple .* busy$/gm)).toHaveLength(3)
})

it('shows both doubts of a cell, in the table and below it', () => {
  const text = tableOf([cell('0', { validity: noisy, latency: { validity: late } }), cell('1')])
  expect(text).toMatch(/^simple +0 .* noisy, lat\. gen\.-bound$/m)
  expect(text).toContain('simple, level 0: capacity not valid: noisy: its 3 repeats')
  expect(text).toContain('simple, level 0: latency not valid: generator-bound: the generator used 97 %')
  expect(tableOf([cell('0', { validity: noisy })])).toMatch(/cap\. noisy$/m)
  expect(tableOf([cell('0', { validity: noisy, latency: null })])).toMatch(/ noisy$/m)
})

it('shows at most three notes, the gravest first, and how many are left to the page', () => {
  const text = tableOf(
    [cell('0', { validity: noisy, warnings: ['was halved', 'was drifting'] })],
    ['one', 'two'],
  )
  expect(text).toContain('capacity not valid')
  expect(text).toContain('warning: one')
  expect(text).toContain('warning: two')
  expect(text).not.toContain('was halved')
  expect(text).toContain('and 2 further notes in the report (rungs report)')
})

it('puts the maximum in the place of a percentile that so few requests do not tell', () => {
  const slo = { rule: 'p99<3ms', metric: 'p99' as const, actual: 2_000, limit: 3_000, state: 'met' as const }
  const text = flat(tableOf([cell('0', { throughput: 28, slo: [{ ...slo, stated: true }] })]))
  expect(text).toMatch(/simple 0 28\.0 16\.8 2\.00 – 0 120 valid/)
  expect(text).toContain('no p99, which takes 500 requests: max 2.00 ms (168 requests)')
  expect(text).toContain('SLO p99<3ms: no data: 168 requests of the 500 that p99 takes')
  expect(text).toContain('SLO: 0 of 1 met, 1 without a verdict.')
})

it('tells no figure of less than the instrument tells apart', () => {
  expect(flat(tableOf([cell('0', { latenciesUs: [69] })]))).toMatch(/600 < 0\.1 < 0\.1 0/)
})
