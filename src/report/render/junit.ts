import type { Doc } from '../../markup/doc.js'
import { junitXml, type TestCase } from '../../markup/junit.js'

/** A document as a JUnit report; null where nothing is judged. */
export function renderJunit(doc: Doc): string | null {
  if (doc.suite === null) return null
  const { startedAt, seconds, cases = [verdictCase(doc)] } = doc.suite
  return junitXml({ name: `rungs ${doc.command}`, startedAt, seconds, cases })
}

/** What has no verdict is an error, since it is not to look green. */
function verdictCase({ command, title, verdict, answer }: Doc): TestCase {
  const state = verdict?.tone === 'good' ? 'passed' : verdict?.tone === 'bad' ? 'failed' : 'error'
  return { className: `rungs ${command}`, name: title.text, state, message: answer ?? verdict?.text ?? '' }
}
