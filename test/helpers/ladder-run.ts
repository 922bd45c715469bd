import type { Run } from '../../src/model/run/run.js'
import { type CellSpec, makeRun, type RunSpec, seeded } from './run-fixture.js'

let usual: Run | null = null

/** Levels 0 to 2 on seven scenarios, three repeats, as a calm machine with 4 cores might give. */
export function ladderRun(overrides: Partial<RunSpec> = {}): Run {
  if (Object.keys(overrides).length > 0) return makeLadderRun(overrides)
  // Its histograms are what takes time.
  usual ??= makeLadderRun({})
  return structuredClone(usual)
}

function makeLadderRun(overrides: Partial<RunSpec>): Run {
  const base: Record<string, [throughput: number, latencyUs: number, cpuUs: number]> = {
    simple: [9_800, 2_900, 92],
    'db-read': [4_120, 7_100, 205],
    'db-write': [2_310, 12_600, 260],
    'auth-login': [38.4, 806_000, 25_300],
    'auth-me': [7_950, 3_700, 118],
    report: [212, 148_000, 4_650],
    mixed: [1_640, 17_900, 540],
  }
  const gain: Record<string, Record<string, number>> = {
    '0': {},
    '1': {
      simple: 1.31,
      'db-read': 1.62,
      'db-write': 1.38,
      'auth-login': 1.97,
      'auth-me': 1.55,
      report: 1.94,
      mixed: 1.71,
    },
    '2': {
      simple: 1.29,
      'db-read': 1.65,
      'db-write': 1.4,
      'auth-login': 1.95,
      'auth-me': 1.52,
      report: 1.96,
      mixed: 1.74,
    },
  }
  const random = seeded(7)
  const cells = [1, 2, 3].flatMap((repeat) =>
    Object.keys(gain).flatMap((level) =>
      Object.entries(base).map(([scenario, [throughput, latencyUs, cpuPerRequestUs]]): CellSpec => {
        const factor = (gain[level]?.[scenario] ?? 1) * (0.97 + 0.06 * random())
        const ok = Math.round(throughput * factor * 10)
        const first = Math.round(ok * 0.52)
        return {
          level,
          scenario,
          repeat,
          throughput: throughput * factor,
          latencyUs: latencyUs / factor,
          cpuPerRequestUs: cpuPerRequestUs * (1 + 0.04 * random()),
          rssPeakBytes: 96_000_000 * (level === '0' ? 1 : 2.1),
          shares: level === '0' ? [ok] : [first, ok - first],
          ...(level === '1' && scenario === 'mixed' ? { errors: { badStatus: 3, timeout: 1 } } : {}),
        }
      }),
    ),
  )
  return makeRun({ cells, ...overrides })
}
