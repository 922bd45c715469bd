import type { TestCase } from '../../markup/junit.js'
import type { GateErrors, GateResult } from '../../model/studies/gate.js'
import { errorKindTexts, errorText, headline, metricName, rowText } from './gate-text.js'

const SUITE = 'rungs gate'

/**
 * A test case for each scenario and metric, and one for each scenario's errors. What has no verdict is skipped; a gate that
 * decided nothing is an error, since it is not to look green.
 */
export function gateCases(result: GateResult): TestCase[] {
  const { decision } = result
  const whole = { className: SUITE, name: 'gate', message: headline(result) }
  if (decision === null) return [{ ...whole, state: 'error' }]
  if (decision.rows.length === 0) {
    const states = { pass: 'passed', regress: 'failed', inconclusive: 'error' } as const
    return [{ ...whole, state: states[decision.verdict] }]
  }
  const rows = decision.rows.map((row): TestCase => {
    const states = {
      pass: 'passed',
      regress: 'failed',
      inconclusive: 'skipped',
      'not-testable': 'skipped',
    } as const
    return {
      className: `${SUITE}.${row.scenario}`,
      name: metricName(row.metric),
      state: states[row.verdict],
      message: rowText(row),
    }
  })
  return [...rows, ...decision.errors.map((errors) => errorCase(errors, result))]
}

function errorCase(errors: GateErrors, result: GateResult): TestCase {
  const states = { none: 'passed', excess: 'skipped', regress: 'failed' } as const
  const message = [errorText(errors) ?? 'no errors', ...errorKindTexts(result, errors.scenario)].join('; ')
  return { className: `${SUITE}.${errors.scenario}`, name: 'errors', state: states[errors.verdict], message }
}
