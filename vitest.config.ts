import { defineConfig } from 'vitest/config'

/**
 * How often a test over real parts may be tried again; `.ci/run` allows one, since it also runs beside strangers' work, and
 * lists each test that needed it. Here and at a terminal a test that fails once has failed.
 */
const retry = Number(process.env.RUNGS_RETRY ?? 0)

/** One project a question; `make test` runs them in this order, each can be run alone with `--project`. */
export default defineConfig({
  test: {
    reporters: ['default', ...(process.env.RUNGS_TALLY ? ['./test/helpers/tally-reporter.ts'] : [])],
    projects: [
      // Milliseconds each; the limit is for a machine that does much else.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          retry,
          // Files run side by side: most tests wait. The time is for a machine that others keep busy.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
