import type { TuneResult } from '../../src/model/studies/tune.js'
import { capacityResult } from './capacity-fixture.js'
import { gateSettings } from './gate-fixture.js'
import { makeRun } from './run-fixture.js'

/** A tuning of three candidates, of which the one with two workers is to be taken. */
export function tuneResult(change: Partial<TuneResult> = {}): TuneResult {
  const { tool, startedAt, git, machine, settings, level, scenario } = capacityResult()
  const outcome = (throughput: number) => {
    const [cell] = makeRun({ cells: [{ level: '1', scenario: 'db-read', throughput }] }).cells
    if (cell?.outcome.state !== 'completed') throw new Error('the fixture has changed')
    return cell.outcome
  }
  const measurement = (candidate: string, round: number, throughput: number) => ({
    ...{ candidate, round, startedAt, elapsedSeconds: 12 },
    outcome: outcome(throughput),
  })
  return {
    schemaVersion: 1,
    kind: 'tune',
    ...{ tool, id: '2025-11-21T09-00-00-tune-level-1-db-read', startedAt, finishedAt: startedAt },
    ...{
      state: 'completed',
      git,
      machine,
      settings,
      level: { ...level, key: '1', name: 'cluster' },
      scenario,
    },
    plan: {
      ...{ firstSeconds: 5, finalists: 2, pairs: 4, budgetSeconds: null, poolVariable: 'DATABASE_POOL' },
      pairLoad: gateSettings().load,
    },
    candidates: [
      { key: 'w1-p10', workers: 1, pool: 10, isFormula: false },
      { key: 'w2-p10', workers: 2, pool: 10, isFormula: false },
      { key: 'w5-p16', workers: 5, pool: 16, isFormula: true },
    ],
    measurements: [
      measurement('w1-p10', 1, 900),
      measurement('w2-p10', 1, 1_500),
      measurement('w2-p10', 2, 1_540),
      measurement('w5-p16', 1, 1_300),
      {
        ...measurement('w1-p10', 2, 1),
        outcome: { state: 'failed', stage: 'boot', error: 'did not answer', log: [], sample: null },
      },
    ],
    pairs: [
      {
        ...{
          candidate: 'w2-p10',
          reference: 'w5-p16',
          startedAt,
          elapsedSeconds: 30,
          cell: null,
          error: null,
        },
        inTurn: { base: outcome(1_300), head: outcome(1_520) },
      },
    ],
    verdict: {
      ...{ state: 'best', take: 'w2-p10', best: 'w2-p10', equal: ['w2-p10'], reference: 'w5-p16' },
      ratios: [{ candidate: 'w2-p10', estimate: 1.17, low: 1.1, high: 1.25, pairs: 4 }],
      formulaShare: { estimate: 0.85, low: 0.8, high: 0.91 },
      reason: 'the interval lies above 1',
    },
    warnings: [],
    ...change,
  }
}
