import { expect, it } from 'vitest'
import { exitCodeOf } from '../../../../src/cli/world/exit-code.js'
import type { CompletedOutcome } from '../../../../src/model/run/outcome.js'
import { runTable } from '../../../../src/report/run/run-table.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const cell = { level: '0', scenario: 's', throughput: 24_541, latency: null }

it('marks a capacity that was still rising, and says so below', () => {
  const validity = { state: 'unsteady', trend: 'rising', evidence: ['still rising: from 1 to 2'] } as const
  const run = makeRun({ cells: [{ ...cell, validity: { ...validity, evidence: [...validity.evidence] } }] })
  const table = runTable(run)
  expect(table).toMatch(/24,541↗ .* unsteady\n/)
  expect(table).toContain('capacity not valid: unsteady: still rising: from 1 to 2')
  expect(exitCodeOf(run)).toBe(3)
})

it('keeps a capacity whose latency failed, with the reason, and exit code 3', () => {
  const run = makeRun({ cells: [cell] })
  const outcome = run.cells[0]?.outcome as CompletedOutcome
  outcome.latencyFailure = { error: 'it went away', log: [], sample: null }
  const table = runTable(run)
  expect(table).toMatch(/24,541 .* lat\. failed\n/)
  expect(table).toContain('s, level 0: failed at latency: it went away')
  expect(exitCodeOf(run)).toBe(3)
  expect(exitCodeOf(makeRun({ cells: [cell] }))).toBe(0)
})
