import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/** Adds up test results over several runs of vitest, in the file that `RUNGS_TALLY` names; `.ci/run` reads it. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    // A file that does not load, or an error outside a test, counts as one failure: it must not vanish.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const lines = [
      `counts ${count('passed')} ${count('failed') + broken}`,
      ...skipped.map((test) => `skipped-test ${test.module.relativeModuleId}: ${test.fullName}`),
    ]
    appendFileSync(process.env.RUNGS_TALLY as string, `${lines.join('\n')}\n`)
  }
}
