import { expect, it } from 'vitest'
import { gravestOf, remarksOf, validities } from '../../../src/figures/validity-text.js'
import type { Validity } from '../../../src/model/run/outcome.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { runTable } from '../../../src/report/run/run-table.js'
import { renderHtml } from '../../../src/report/site/html.js'
import { makeRun } from '../../helpers/run-fixture.js'

const CROWDED: Validity = { state: 'valid', evidence: ['for a time the service held all 8 connections'] }
const NOISY: Validity = { state: 'noisy', evidence: ['other processes took 31 % of the CPU time'] }

/** A cell whose repeats have these latency phases, at rates that are so many requests/s. */
function runOf(phases: readonly Validity[], rates: readonly number[] = [600, 600]) {
  return makeRun({
    cells: phases.map((validity, i) => ({
      level: '0',
      scenario: 'simple',
      repeat: i + 1,
      throughput: 1_000,
      latency: { validity, rate: rates[i]! },
    })),
  })
}

function measuredOf(run: ReturnType<typeof runOf>) {
  const measured = reportModel([run]).rows[0]?.measured
  if (!measured) throw new Error('nothing was measured')
  return measured
}

it('a remark on a valid phase reaches the reader, and costs it nothing', () => {
  const run = runOf([CROWDED])
  expect(remarksOf(measuredOf(run))).toEqual(['for a time the service held all 8 connections'])
  expect(gravestOf(measuredOf(run)).state).toBe('valid')
  const page = renderHtml(reportModel([run]), '')
  expect(page).toContain('<span class="sub">latency: for a time the service held all 8 connections</span>')
  expect(page).toContain('valid</span>; for a time the service held all 8 connections')
  expect(runTable(run).replace(/\s+/g, ' ')).toContain(
    'simple, level 0: latency: for a time the service held all 8 connections',
  )
})

it('says of which repeat it is', () => {
  const valid: Validity = { state: 'valid', evidence: [] }
  expect(remarksOf(measuredOf(runOf([valid, CROWDED])))).toEqual([
    'repeat 2: for a time the service held all 8 connections',
  ])
  expect(remarksOf(measuredOf(runOf([valid, CROWDED], [300, 900])))).toEqual([
    'repeat 2: for a time the service held all 8 connections',
  ])
})

it('is silent where the phase is not valid', () => {
  const measured = measuredOf(runOf([CROWDED, NOISY]))
  expect(remarksOf(measured)).toEqual([])
  expect(validities(measured)).toMatchObject([
    { phase: 'capacity', state: 'valid', repeats: null },
    {
      phase: 'latency',
      state: 'noisy',
      repeats: null,
      evidence: ['repeat 2: other processes took 31 % of the CPU time'],
    },
  ])
})

it('judges repeats under unlike loads each by itself', () => {
  expect(validities(measuredOf(runOf([CROWDED, NOISY], [300, 900])))).toMatchObject([
    { phase: 'capacity' },
    { phase: 'latency', state: 'valid', repeats: [1] },
    { phase: 'latency', state: 'noisy', repeats: [2] },
  ])
})

it('does not say that latency was not measured where its repeats are told apart', () => {
  const table = runTable(runOf([CROWDED, NOISY], [300, 900])).replace(/\s+/g, ' ')
  expect(table).toContain('latency of the open loop at that many requests/s (a given rate')
  expect(table).not.toContain('latency was not measured')
})
