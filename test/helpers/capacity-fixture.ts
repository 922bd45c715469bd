import type { CapacityResult, Probe } from '../../src/model/studies/capacity.js'
import { makeLatencyPhase } from './open-loop-fixture.js'
import { makeRun } from './run-fixture.js'

/** A search that found a capacity between 1,000 and 1,100 requests/s at a p99 below 50 ms. */
export function capacityResult(change: Partial<CapacityResult> = {}): CapacityResult {
  const run = makeRun({ cells: [{ level: '0', scenario: 'db-read', throughput: 1_200 }] })
  const { tool, startedAt, git, machine, settings } = run
  const [level] = run.levels
  const [scenario] = run.scenarios
  const [cell] = run.cells
  if (!level || !scenario || cell?.outcome.state !== 'completed') throw new Error('the fixture has changed')
  const { server } = cell.outcome
  const probe = (index: number, rate: number, ms: number | null, more: Partial<Probe> = {}): Probe => ({
    index,
    kind: 'explore',
    rate,
    startedAt,
    seconds: 10,
    outcome: ms !== null && ms < 50 ? 'held' : 'failed',
    distance: 'apart',
    length: 1,
    timesLimit: ms === null ? null : ms / 50,
    why: ms !== null && ms < 50 ? [] : ['missed p99<50ms'],
    slo: [
      {
        rule: 'p99<50ms',
        metric: 'p99',
        actual: ms === null ? null : ms * 1_000,
        limit: 50_000,
        state: ms === null ? 'no-data' : ms < 50 ? 'met' : 'missed',
        stated: true,
      },
    ],
    phase: ms === null ? null : makeLatencyPhase({ rate, latenciesUs: [ms * 1_000] }, rate, 10, server),
    ...more,
  })
  return {
    schemaVersion: 1,
    kind: 'capacity',
    tool,
    id: '2025-11-21T09-00-00-capacity-level-0-db-read',
    startedAt,
    finishedAt: startedAt,
    state: 'completed',
    git,
    machine,
    settings,
    level,
    scenario,
    slo: ['p99<50ms'],
    search: { start: 800, lowest: 8, highest: 1_000_000, resolution: 0.1, mostProbes: 16 },
    probes: [
      probe(1, 800, 9),
      probe(2, 1_100, 190),
      probe(3, 900, 12, { outcome: 'invalid', why: ['generator-bound'] }),
      probe(4, 1_000, 31, { kind: 'confirm' }),
    ],
    verdict: { state: 'found', low: 1_000, high: 1_100, reason: 'held for 10 s' },
    knee: { rate: 1_000, low: 900, high: 1_100, meanUs: 8_000 },
    warnings: [],
    ...change,
  }
}
