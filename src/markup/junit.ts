/** A test case of a JUnit report, as CI systems read it. */
export interface TestCase {
  readonly className: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'error'
  readonly message: string
}

interface Suite {
  readonly name: string
  /** ISO time. */
  readonly startedAt: string
  readonly seconds: number
  readonly cases: readonly TestCase[]
}

/** JUnit XML of one suite. */
export function junitXml({ name, startedAt, seconds, cases }: Suite): string {
  const count = (state: TestCase['state']) => cases.filter((each) => each.state === state).length
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('skipped')}"`
  const title = escapeXml(name)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${title}" ${counts}>`,
    `  <testsuite name="${title}" ${counts} timestamp="${escapeXml(startedAt)}" time="${seconds.toFixed(3)}">`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function caseXml({ className, name, state, message }: TestCase): string {
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

/** Text for an element's content or an attribute. */
export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '�')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
}
