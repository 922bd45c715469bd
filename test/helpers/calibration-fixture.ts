import type { Calibration } from '../../src/model/studies/calibration.js'
import { makeRun } from './run-fixture.js'

/** A calibration with one fixture, one rate and one percentile, which is 1 ms off, and one tool that is missing. */
export function calibration(): Calibration {
  const server = { requests: 100, answered: 100, dropped: 0, hung: 0 }
  const none = { badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 }
  return {
    schemaVersion: 1,
    kind: 'calibrate',
    id: '2026-01-31T09-05-07-calibration',
    state: 'completed',
    tool: { name: 'rungs', version: '0.1.0' },
    startedAt: '2025-11-21T08:00:00.000Z',
    finishedAt: '2025-11-21T08:05:00.000Z',
    machine: makeRun({ cells: [] }).machine,
    affinity: null,
    quick: false,
    seed: 1,
    fixtures: [
      {
        name: 'delay-10',
        title: 'Fixed delay of 10 ms',
        truth: 'server-clock',
        tolerance: { share: 0.01, us: 500 },
        measurements: [
          {
            rate: 100,
            seconds: 1,
            scheduled: 100,
            unsent: 0,
            counts: { sent: 100, ok: 100, ...none },
            server,
            percentiles: [
              {
                percentile: 99,
                expectedUs: 10_000,
                undisturbedUs: 10_000,
                measuredUs: 11_000,
                errorUs: 1_000,
                errorShare: 0.1,
                verdict: 'outside',
              },
            ],
            sendLagP99Us: 80,
            ownLagP99Us: 50,
            generatorCpuShare: 0.2,
            pauses: {
              generator: { count: 3, share: 0.002, longestUs: 1_100 },
              server: { count: 0, share: 0, longestUs: 0 },
            },
            largestErrors: [],
            problems: [],
            verdict: 'outside',
          },
        ],
        peers: [{ tool: 'wrk', state: 'not-installed', reason: 'there is no wrk on the PATH' }],
      },
    ],
    verdict: 'outside',
    warnings: [],
  }
}
