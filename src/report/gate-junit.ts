import type { GateErrors, GateResult } from '../model/gate.js'
import { errorText, headline, metricName, rowText } from './gate-text.js'

interface TestCase {
  readonly scenario: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'error'
  readonly message: string
}

/**
 * A gate as JUnit XML: a test case for each scenario and metric, and one for each scenario's errors. What has no verdict
 * is skipped; a gate that decided nothing is an error, since it is not to look green.
 */
export function gateJunit(result: GateResult): string {
  const cases = casesOf(result)
  const count = (state: TestCase['state']) => cases.filter((each) => each.state === state).length
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('skipped')}"`
  const measured = result.blocks.reduce((sum, block) => sum + block.seconds, 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rungs gate" ${counts}>`,
    `  <testsuite name="rungs gate" ${counts} timestamp="${escapeXml(result.startedAt)}" time="${measured.toFixed(3)}">`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function casesOf(result: GateResult): TestCase[] {
  const { decision } = result
  const whole = { scenario: '', name: 'gate', message: headline(result) }
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
      scenario: row.scenario,
      name: metricName(row.metric),
      state: states[row.verdict],
      message: rowText(row),
    }
  })
  return [...rows, ...decision.errors.map(errorCase)]
}

function errorCase(errors: GateErrors): TestCase {
  const states = { none: 'passed', excess: 'skipped', regress: 'failed' } as const
  const message = errorText(errors) ?? 'no errors'
  return { scenario: errors.scenario, name: 'errors', state: states[errors.verdict], message }
}

function caseXml({ scenario, name, state, message }: TestCase): string {
  const className = scenario === '' ? 'rungs gate' : `rungs gate.${scenario}`
  const open = `    <testcase classname="${escapeXml(className)}" name="${escapeXml(name)}"`
  const text = escapeXml(message)
  if (state === 'passed') return `${open}><system-out>${text}</system-out></testcase>`
  if (state === 'skipped') return `${open}><skipped message="${text}"/></testcase>`
  return `${open}><${state === 'failed' ? 'failure' : 'error'} message="${text}">${text}</${state === 'failed' ? 'failure' : 'error'}></testcase>`
}

/** Everything that XML 1.0 has no place for, not even escaped: control characters, half pairs, non-characters. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '�')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
}
