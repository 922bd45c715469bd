import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

/**
 * Files run side by side, of all suites, three at a time: most tests wait, and a fourth costs two cores more than it
 * gains. The time limits are for machines that others keep busy: they end what hangs, and are no measure of speed.
 */
const project = (
  name: string,
  include: string[],
  {
    exclude = [],
    alone = false,
    isolate = true,
  }: { exclude?: string[]; alone?: boolean; isolate?: boolean } = {},
): TestProjectConfiguration => ({
  test: {
    name,
    include,
    exclude,
    isolate,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: alone ? 1 : 3,
    sequence: { groupOrder: alone ? 1 : 0 },
  },
})

const CONTAINERS = ['test/contract/compose.test.ts', 'test/contract/swarm.test.ts']
/** Whole commands, and what takes minutes: interruptions, killed workers, 40 repositories, shells. */
const COMMANDS = [
  'test/integration/{launch/lease,engine/log-ins}.test.ts',
  'test/integration/cli/{run,ladder,queued,interruption,resume,bad-input,gate,gate-checkouts,k8s,completion}.test.ts',
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
      // After the others, one file at a time: each may start a Docker daemon and build images, which beside three others takes
      // longer than behind them, and a swarm that gets too little CPU time takes its nodes for ill.
      project('containers', CONTAINERS, { alone: true }),
    ],
  },
})
