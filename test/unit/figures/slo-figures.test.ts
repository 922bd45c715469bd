import { expect, it } from 'vitest'
import { hasNoVerdict, isMissed, sloFigures, sloValue, sloVerdict } from '../../../src/figures/slo-figures.js'
import type { SloResult } from '../../../src/model/plan/slo.js'
import type { CompletedOutcome, Validity } from '../../../src/model/run/outcome.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { makeRun } from '../../helpers/run-fixture.js'

const VALID: Validity = { state: 'valid', evidence: [] }
const NOISY: Validity = { state: 'noisy', evidence: [] }
const both = { capacity: VALID, latency: VALID }

const result = (
  actual: number | null,
  state: SloResult['state'],
  more: Partial<SloResult> = {},
): SloResult => ({
  rule: 'p99<5ms',
  metric: 'p99',
  actual,
  limit: 5_000,
  state,
  stated: true,
  ...more,
})

/** One repeat for each result. */
const figuresOf = (results: SloResult[], validity = both as Parameters<typeof sloFigures>[1]) =>
  sloFigures(
    results.map((one) => ({ slo: [one] }) as unknown as CompletedOutcome),
    validity,
  )[0]!

it('is missed when a repeat missed it, and shows the worst', () => {
  const figures = figuresOf([result(4_000, 'met'), result(6_000, 'missed'), result(null, 'no-data')])
  expect(figures).toMatchObject({ state: 'missed', worst: 6_000, repeats: 3, failed: 1 })
  expect([sloVerdict(figures), sloValue(figures), isMissed(figures)]).toEqual(['missed', '6.00 ms', true])
})

it('takes the lowest for the worst where more is better', () => {
  const throughput = { metric: 'throughput' as const, rule: 'throughput>10/s' }
  expect(figuresOf([result(30, 'met', throughput), result(20, 'met', throughput)]).worst).toBe(20)
})

it('counts a rule without data as neither met nor missed', () => {
  const figures = figuresOf([result(4_000, 'met'), result(null, 'no-data')])
  expect([figures.state, isMissed(figures), hasNoVerdict(figures)]).toEqual(['no-data', false, true])
  expect(sloVerdict(figures)).toBe('no data')
})

it('gives no verdict where the phase that it is judged by is not valid', () => {
  const noisyLatency = { capacity: VALID, latency: NOISY }
  const figures = figuresOf([result(6_000, 'missed')], noisyLatency)
  expect([sloVerdict(figures), isMissed(figures)]).toEqual([
    'no verdict: latency is not valid (noisy)',
    false,
  ])
  expect(sloVerdict(figuresOf([result(null, 'no-data')], noisyLatency))).toContain('no verdict')
  const throughput = result(6_000, 'missed', { metric: 'throughput' })
  expect(sloVerdict(figuresOf([throughput], noisyLatency))).toBe('missed')
  expect(sloVerdict(figuresOf([throughput], { capacity: NOISY, latency: null }))).toContain('capacity')
})

it.each([
  ['availability', 0.99949, '99.949 %'],
  ['availability', 0.9999999, '99.9999 %'],
  ['availability', 0.9999, '99.99 %'],
  ['errors', 0.0004, '0.04 %'],
  ['throughput', 1_234.4, '1,234 requests/s'],
  ['p99.9', 12_345, '12.3 ms'],
  ['max', null, '–'],
] as const)('writes %s of %s as %s', (metric, worst, text) => {
  expect(sloValue({ metric, worst })).toBe(text)
})

it('is a finding where somebody gave it, and none where it is a default', () => {
  const finding = (stated: boolean) => {
    const slo = [result(6_000, 'missed', { stated })]
    const cells = [{ level: '0', scenario: 'simple', throughput: 1_000, slo }]
    return reportModel([makeRun({ cells })])
      .answers.map(({ text, detail }) => `${text} ${detail}`)
      .join()
  }
  expect(finding(true)).toContain('1 of 1 objective was not met. p99<5ms on simple, level 0: 6.00 ms')
  expect(finding(false)).not.toContain('objective')
})
