import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'

/** Adds up test results over several runs of vitest, in the file that `RUNGS_TALLY` names; `.ci/run` reads it. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    // A file that does not load, a hook that fails, an error outside a test: each counts as a failure, none vanishes.
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const broken = groups.filter((group) => group.errors().length > 0)
    const lines = [
      `counts ${count('passed')} ${count('failed') + broken.length + unhandledErrors.length}`,
      ...tests.flatMap(testLines),
      ...broken.map((group) => `failed-test ${placeOf(group)}: ${reason(group.errors())}`),
      ...unhandledErrors.map((error) => `failed-test outside any test: ${reason([error])}`),
    ]
    appendFileSync(process.env.RUNGS_TALLY as string, `${lines.join('\n')}\n`)
  }
}

function testLines(test: TestCase): string[] {
  const { state, errors } = test.result()
  if (test.diagnostic()?.flaky) return [`flaky-test ${placeOf(test)}: ${reason(errors ?? [])}`]
  if (state === 'failed') return [`failed-test ${placeOf(test)}: ${reason(errors)}`]
  return state === 'skipped' ? [`skipped-test ${placeOf(test)}`] : []
}

function placeOf(place: TestCase | TestSuite | TestModule): string {
  return place.type === 'module'
    ? place.relativeModuleId
    : `${place.module.relativeModuleId}: ${place.fullName}`
}

function reason(errors: readonly { message: string }[]): string {
  return errors.map(({ message }) => message.replaceAll(/\s+/g, ' ').slice(0, 400)).join('; ')
}
