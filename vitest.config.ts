import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import LongestFirst from './test/helpers/longest-first.js'

/**
 * Files run side by side, of all suites: most tests wait. The time limits are for machines that others keep busy: they
 * end what hangs, and are no measure of speed.
 */
const project = (
  name: string,
  include: string[],
  { exclude = [], isolate = true }: { exclude?: string[]; isolate?: boolean } = {},
): TestProjectConfiguration => ({
  test: {
    name,
    include,
    exclude,
    isolate,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 4,
  },
})

const CONTAINERS = ['test/contract/containers.test.ts']
/** Whole commands, and what takes minutes: interruptions, killed workers, 40 repositories, shells. */
const COMMANDS = [
  'test/integration/cli/{run,ladder,queued,interruption,bad-input,gate,gate-checkouts,k8s,completion}.test.ts',
  'test/integration/ci/*.test.ts',
  'test/integration/{capacity,tune}/*.test.ts',
  'test/integration/calibrate/command.test.ts',
  'test/integration/app/{tasks,cluster,supervised,limits}.test.ts',
  'test/integration/arms/identity-property.test.ts',
  'test/integration/engine/starved.test.ts',
  'test/integration/observe/timeline.test.ts',
]
const PACKAGE = 'test/integration/cli/package.test.ts'
const PYTHON = 'test/integration/python/**/*.test.ts'

/** One project a question; each can be run alone with `--project`. */
export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/summary-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      project('check', ['test/check/**/*.test.ts']),
      // Pure, so that files may share loaded modules.
      project('unit', ['test/unit/**/*.test.ts'], { isolate: false }),
      project('integration', ['test/integration/**/*.test.ts'], { exclude: [PYTHON, PACKAGE, ...COMMANDS] }),
      project('contract', ['test/contract/**/*.test.ts'], { exclude: CONTAINERS }),
      project('commands', COMMANDS),
      project('package', [PACKAGE]),
      project('python', [PYTHON]),
      project('browser', ['test/browser/**/*.test.ts']),
      project('containers', CONTAINERS),
    ],
  },
})
