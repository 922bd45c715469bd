import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

/**
 * Files run side by side, of all suites: most tests wait. The time limits are for machines that others keep busy: they
 * end what hangs, and are no measure of speed.
 */
const project = (
  name: string,
  include: string[],
  { exclude = [], alone = false }: { exclude?: string[]; alone?: boolean } = {},
): TestProjectConfiguration => ({
  test: {
    name,
    include,
    exclude,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: alone ? 1 : 4,
    sequence: { groupOrder: alone ? 1 : 0 },
  },
})

const CONTAINERS = ['test/contract/compose.test.ts', 'test/contract/swarm.test.ts']
const PYTHON = 'test/integration/python/**/*.test.ts'

/** One project a question; each can be run alone with `--project`. */
export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/summary-reporter.ts'],
    projects: [
      project('check', ['test/check/**/*.test.ts']),
      project('unit', ['test/unit/**/*.test.ts']),
      project('integration', ['test/integration/**/*.test.ts'], { exclude: [PYTHON] }),
      project('contract', ['test/contract/**/*.test.ts'], { exclude: CONTAINERS }),
      project('python', [PYTHON]),
      project('browser', ['test/browser/**/*.test.ts']),
      // After the others, one file at a time: each may start a Docker daemon of its own.
      project('containers', CONTAINERS, { alone: true }),
    ],
  },
})
