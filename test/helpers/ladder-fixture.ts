import single from '../../levels/0-single/level.js'
import cluster from '../../levels/1-cluster/level.js'
import supervised from '../../levels/2-supervised/level.js'
import queued from '../../levels/3-queued/level.js'
import fronted from '../../levels/4-fronted/level.js'
import type { Claim } from '../../src/model/define.js'
import type { Run, RunLevel } from '../../src/model/run/run.js'
import type { Ladder } from '../../src/model/studies/ladder.js'
import { type CellSpec, makeRun, type RunSpec } from './run-fixture.js'

const NAMES: Readonly<Record<number, string>> = {
  0: 'single',
  1: 'cluster',
  2: 'supervised',
  3: 'queued',
  4: 'fronted',
}

/** What rungs' own levels claim. */
const CLAIMS = [single, cluster, supervised, queued, fronted].flatMap(({ number, claims }) =>
  (claims as Claim[]).map((claim) => ({ level: number, claim })),
)

/** A level of the ladder with a number of workers. */
export function rung(number: number, workers: number, several = true): Partial<RunLevel> & { key: string } {
  const name = NAMES[number] ?? `rung-${number}`
  return { key: several ? `${number}x${workers}` : String(number), number, name, title: name, workers }
}

/** Repeats of a cell with these throughputs. */
export function repeats(
  level: string,
  scenario: string,
  throughputs: readonly number[],
  more: Partial<CellSpec> = {},
): CellSpec[] {
  return throughputs.map((throughput, index) => ({
    ...{ level, scenario, throughput, repeat: index + 1, latency: { rate: 200 } },
    ...more,
  }))
}

export function makeLadder(spec: RunSpec & { readonly ladder?: Partial<Ladder> }): {
  run: Run
  ladder: Ladder
} {
  const run = makeRun(spec)
  return {
    run,
    ladder: {
      schemaVersion: 1,
      kind: 'ladder',
      ...{ tool: run.tool, id: run.id, startedAt: run.startedAt, finishedAt: run.finishedAt },
      ...{ machine: run.machine, warnings: [] },
      ...{ state: 'completed', share: 0.5, rates: [], boots: [], reloads: [] },
      ...spec.ladder,
    },
  }
}

/** Levels 0, 1 and 2 on two scenarios, level 1 with three numbers of workers, under a quota of a tenth of a core. */
export function smallLadder(): { run: Run; ladder: Ladder } {
  const levels = [rung(0, 1, false), rung(1, 1), rung(1, 2), rung(1, 4), rung(2, 4), rung(3, 4, false)]
  return makeLadder({
    id: '2026-01-31T09-05-07-ladder',
    startedAt: '2026-01-31T09:05:07.000Z',
    levels,
    settings: { workerCpus: 0.1 },
    cells: [
      ...repeats('0', 'simple', [400, 404, 398]),
      ...repeats('1x1', 'simple', [398, 402, 400]),
      ...repeats('1x2', 'simple', [790, 800, 795]),
      ...repeats('1x4', 'simple', [1_500, 1_510, 1_490]),
      ...repeats('2x4', 'simple', [1_450, 1_460, 1_440], {
        validity: { state: 'noisy', evidence: ['others took 30 %'] },
      }),
      ...repeats('0', 'db-read', [200, 202, 199]),
      ...repeats('1x4', 'db-read', [610, 640, 600]),
      ...[1, 2, 3].map((repeat) => ({
        ...{ level: '3', scenario: 'simple', repeat },
        outcome: { state: 'skipped' as const, reason: 'no Redis', fix: 'apt-get install redis-server' },
      })),
    ],
    ladder: {
      claims: CLAIMS,
      rates: [
        { scenario: 'simple', rate: 200, of: { level: '0', capacity: 400 } },
        { scenario: 'db-read', rate: 100, of: { level: '0', capacity: 200 } },
      ],
      boots: [
        { level: '0', seconds: 1.1 },
        { level: '0', seconds: 1.3 },
        { level: '2x4', seconds: 4.2 },
      ],
      reloads: [
        {
          ...{ level: '2x4', seconds: 6.4, commandSeconds: 6.1, rate: 50, answered: 318, lost: 2 },
          ...{ faults: [{ what: 'ECONNRESET', count: 2 }], error: null },
        },
      ],
    },
  })
}
