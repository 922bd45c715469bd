import { describe, expect, it } from 'vitest'
import { judgeClaim } from '../../../src/ladder/judge-claim.js'
import { type LevelClaim, ladderResult } from '../../../src/ladder/ladder-result.js'
import type { Run } from '../../../src/model/run/run.js'
import { makeLadder, repeats, rung } from '../../helpers/ladder-fixture.js'
import type { CellSpec } from '../../helpers/run-fixture.js'

const LEVELS = [rung(1, 1), rung(1, 4), rung(2, 1), rung(4, 3, false), rung(3, 2, false)]

type ClaimFigure = LevelClaim['figure']

interface Case {
  readonly cells: CellSpec[]
  readonly figure: ClaimFigure
  readonly bound: LevelClaim['bound']
  readonly cores?: number
  readonly settings?: Partial<Run['settings']>
}

function judge({ cells, settings = {}, ...claim }: Case) {
  const { run, ladder } = makeLadder({ levels: LEVELS, cells, settings })
  return judgeClaim({ text: 'it is so', ...claim }, ladderResult(run, ladder))
}

const capacity = (level: number, workers?: number): ClaimFigure => ({
  ...{ kind: 'capacity', level, scenario: 'simple' },
  ...(workers === undefined ? {} : { workers }),
})
const speedUp: ClaimFigure = { kind: 'speed-up', level: 1, workers: 4, scenario: 'simple' }
const share: ClaimFigure = { kind: 'share', level: 4, of: 2, scenario: 'simple' }

const one = repeats('1x1', 'simple', [100, 101, 99])
const four = (...throughputs: number[]) => [...one, ...repeats('1x4', 'simple', throughputs)]
/** Four workers that have 0.4 cores together. */
const busy = (cpuPerRequestUs: number) => four(300, 303, 297).map((cell) => ({ ...cell, cpuPerRequestUs }))
const quota = { workerCpus: 0.1 }
const validity = (state: 'noisy' | 'generator-bound') => ({ validity: { state, evidence: [] } })

describe('a claim about a ladder', () => {
  it.each<[string, Case, string, RegExp]>([
    [
      'is confirmed by an interval wholly above it',
      { cells: one, figure: capacity(1), bound: { atLeast: 95 } },
      'confirmed',
      /level 1 with 1 worker on simple/,
    ],
    [
      'is not confirmed by one wholly below it',
      { cells: one, figure: capacity(1), bound: { atLeast: 105 } },
      'not-confirmed',
      /level 1/,
    ],
    [
      'is undecided by one that lies on both sides',
      { cells: one, figure: capacity(1), bound: { atLeast: 100 } },
      'undecided',
      /both sides/,
    ],
    [
      'is undecided by a single repeat',
      { cells: repeats('1x1', 'simple', [100]), figure: capacity(1), bound: { atLeast: 50 } },
      'undecided',
      /one repeat/,
    ],
    [
      'takes the number of workers that serves most',
      { cells: four(300, 301, 299), figure: capacity(1), bound: { atLeast: 250 } },
      'confirmed',
      /4 workers/,
    ],
    [
      'is not tested by a machine with fewer cores',
      { cells: one, figure: capacity(1), bound: { atLeast: 1_000 }, cores: 8 },
      'not-testable',
      /needs 8 cores: the service has 2 here/,
    ],
    [
      'is confirmed by fewer cores all the more',
      { cells: one, figure: capacity(1), bound: { atLeast: 50 }, cores: 8 },
      'confirmed',
      /level 1/,
    ],
    [
      'is not tested by workers with a part of a core',
      { cells: one, figure: capacity(1), bound: { atLeast: 1_000 }, settings: quota },
      'not-testable',
      /needs whole cores: each worker has 0.1/,
    ],
    [
      'is undecided by what is not valid',
      {
        cells: repeats('1x1', 'simple', [100, 101, 99], validity('noisy')),
        figure: capacity(1),
        bound: { atLeast: 50 },
      },
      'undecided',
      /not valid \(noisy\)/,
    ],
    [
      'is confirmed by what a weak generator still measured',
      {
        cells: repeats('1x1', 'simple', [100, 101, 99], validity('generator-bound')),
        figure: capacity(1),
        bound: { atLeast: 50 },
      },
      'confirmed',
      /level 1/,
    ],
    [
      'is not refuted by a weak generator',
      {
        cells: repeats('1x1', 'simple', [100, 101, 99], validity('generator-bound')),
        figure: capacity(1),
        bound: { atLeast: 500 },
      },
      'undecided',
      /generator/,
    ],
    [
      'on speed-up needs both numbers of workers',
      { cells: one, figure: speedUp, bound: { atLeast: 3.5 } },
      'not-testable',
      /--workers 1,4/,
    ],
    [
      'on speed-up is tested by virtual cores',
      { cells: busy(1_333), figure: speedUp, bound: { atLeast: 3.5 }, settings: quota },
      'not-confirmed',
      /4 workers/,
    ],
    [
      'on speed-up is not refuted by workers that had not used up their quota',
      { cells: busy(1_000), figure: speedUp, bound: { atLeast: 3.5 }, settings: quota },
      'not-testable',
      /used 75 % of it, so something that they share was the limit/,
    ],
    [
      'on speed-up is not refuted where workers and what they share fill the cores',
      {
        cells: busy(2_500),
        figure: speedUp,
        bound: { atLeast: 3.5 },
        settings: { workerCpus: 0.2, affinity: { generator: [0], service: [1] } },
      },
      'not-testable',
      /1.05 of 1 were in use/,
    ],
    [
      'on speed-up is not refuted where workers share cores',
      { cells: four(300, 303, 297), figure: speedUp, bound: { atLeast: 3.5 } },
      'not-testable',
      /a core for each of 4 workers/,
    ],
    [
      'on nodes compares with as many single workers',
      {
        cells: [...repeats('2x1', 'simple', [100, 101, 99]), ...repeats('4', 'simple', [285, 287, 283])],
        figure: share,
        bound: { atLeast: 0.9 },
        settings: quota,
      },
      'confirmed',
      /3 nodes of level 4 against 3 × level 2/,
    ],
    [
      'on a level that was not measured is not testable',
      { cells: one, figure: capacity(4), bound: { atLeast: 1 } },
      'not-testable',
      /level 4 was not measured/,
    ],
    [
      'on answers takes the latency at the equal rate',
      {
        cells: repeats('3', 'tasks', [900, 905, 895], { latenciesUs: [20_000, 21_000] }),
        figure: { kind: 'answer', level: 3, scenario: 'tasks' },
        bound: { atMost: 100 },
      },
      'confirmed',
      /at 200\/s/,
    ],
    [
      'on evenness takes the busiest worker',
      {
        cells: repeats('4', 'simple', [300, 301, 299], { shares: [2_000, 500, 500] }),
        figure: { kind: 'skew', level: 4, scenario: 'simple' },
        bound: { atMost: 1.2 },
      },
      'not-confirmed',
      /level 4 with 3 workers/,
    ],
  ])('%s', (_, test, state, reason) => {
    const judged = judge(test)
    expect(judged).toMatchObject({ state, reason: expect.stringMatching(reason) as string })
  })
})
