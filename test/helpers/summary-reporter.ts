import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'

/** Suites that may skip nothing here, since what they need has been installed. */
const WHOLE = process.env.RUNGS_NO_SKIP?.split(',') ?? []

/** Tells at the end what failed, what was skipped and why, and last of all `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { message: string }[]): void {
    const config = this.#vitest?.config
    // Tests that were not asked for are not skipped ones.
    if (config?.watch || config?.testNamePattern) return
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const failures = [
      ...tests.filter((test) => test.result().state === 'failed').map(failureOf),
      // A file that does not load, a hook that fails, an error outside a test: each counts, none vanishes.
      ...modules
        .flatMap((module) => [module, ...module.children.allSuites()])
        .filter((group) => group.errors().length > 0)
        .map((group) => `${placeOf(group)}: ${messagesOf(group.errors())}`),
      ...unhandledErrors.map((error) => `outside any test: ${messagesOf([error])}`),
      ...skipped.filter(mustRun).map((test) => `${placeOf(test)}: skipped`),
    ]
    const passed = tests.filter((test) => test.result().state === 'passed').length
    if (failures.length > 0) process.exitCode = 1
    const lines = [
      ...listed('skipped:', reasonsOf(skipped)),
      ...listed('failed:', failures),
      `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`,
    ]
    // The very last: other reporters write theirs first.
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`))
  }
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}

/** A line a reason: how many tests, and of which files. */
function reasonsOf(skipped: readonly TestCase[]): string[] {
  const reasons = new Map<string, TestCase[]>()
  for (const test of skipped) {
    const reason = whyOf(test)
    reasons.set(reason, [...(reasons.get(reason) ?? []), test])
  }
  return [...reasons].map(([reason, tests]) => {
    const files = [...new Set(tests.map(({ module }) => module.relativeModuleId))]
    return `${tests.length} × ${reason}: ${files.join(', ')}`
  })
}

/** What `needs` was told, of the test or of a group that it is in. */
function whyOf(test: TestCase): string {
  for (let place: TestCase | TestSuite | TestModule = test; ; place = place.parent) {
    const { lack } = place.meta()
    if (lack !== undefined) return lack
    if (place.type !== 'test' && place.errors().length > 0) return 'what comes before it failed'
    if (place.type === 'module') return 'no reason was given'
  }
}

const mustRun = (test: TestCase) => WHOLE.includes(test.project.name)

function failureOf(test: TestCase): string {
  return `${placeOf(test)}: ${messagesOf(test.result().errors ?? [])}`
}

function placeOf(place: TestCase | TestSuite | TestModule): string {
  return place.type === 'module'
    ? place.relativeModuleId
    : `${place.module.relativeModuleId}: ${place.fullName}`
}

function messagesOf(errors: readonly { message: string }[]): string {
  return errors.map(({ message }) => message.replaceAll(/\s+/g, ' ').slice(0, 400)).join('; ')
}
