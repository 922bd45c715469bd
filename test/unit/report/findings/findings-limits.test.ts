import { expect, it } from 'vitest'
import type { CompletedOutcome } from '../../../../src/model/run/outcome.js'
import type { Series } from '../../../../src/model/run/timeline.js'
import { findingsOf } from '../../../../src/report/findings/findings.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { makeRun } from '../../../helpers/run-fixture.js'

interface Seen {
  /** Cores. */
  web: number
  postgres?: number
  loop?: number
  poolUsed?: number
  poolWaiting?: number
  active?: number
  generator?: number
  queue?: Partial<NonNullable<CompletedOutcome['server']['queue']>>
}

/** A cell of a service that tells of one worker, on two cores, in which that was seen for ten seconds. */
function runOf({ web, postgres = 0, loop, poolUsed, poolWaiting, active, generator = 0.2, queue }: Seen) {
  const run = makeRun({
    cells: [{ level: '0', scenario: 'any', throughput: 100, latency: null }],
    levels: [{ key: '0', workers: 2 }],
    settings: { affinity: { generator: [0], service: [1, 2] } },
  })
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed') throw new Error('expected a completed cell')
  const { server, sample } = outcome
  const cores = [web, postgres]
  server.usage.forEach((usage, index) => {
    usage.cpuUs = (cores[index] ?? 0) * sample.durationUs
  })
  sample.generator.cpuShare = generator
  const series = (of: string, what: Series['what'], value: number | undefined): Series[] =>
    value === undefined ? [] : [{ of, what, values: [value, value, null] }]
  server.timeline = {
    atSeconds: [1, 2, 3],
    series: [
      ...series('worker 1', 'loop-utilisation', loop),
      ...series('worker 1', 'db-pool-used', poolUsed),
      ...series('worker 1', 'db-pool-waiting', poolWaiting),
      ...series('postgres', 'db-connections', 20),
      ...series('postgres (active)', 'db-connections', active),
    ],
  }
  if (queue !== undefined) {
    const still = { seconds: 10, failed: 0, depthAtStart: 0, depthAtEnd: 0, depthMin: 0, depthMax: 0 }
    server.queue = { ...still, enqueued: 0, done: 0, completion: [], unknown: null, ...queue }
  }
  return run
}

const POOL = { poolUsed: 10, poolWaiting: 22 }
const CASES: [string, Seen, string, string][] = [
  ['own CPU', { web: 1.9, loop: 0.99 }, 'the service’s own CPU', '1.90 of the 2 cores'],
  [
    'threads beside the event loop',
    { web: 1.95, loop: 0.03 },
    'CPU on threads beside the event loop, such as for password hashing',
    'of which the event loops account for 0.03 at most',
  ],
  ['own CPU of a service that tells nothing', { web: 1.95 }, 'the service’s own CPU', '1.95'],
  ['the CPU of the database', { web: 0.7, postgres: 1.2 }, 'the CPU of postgres', '1.20 of 1.90 cores'],
  ['shared cores', { web: 1.1, postgres: 0.8 }, 'the cores that web and postgres share', '0.80'],
  [
    'a database at work',
    { web: 0.4, loop: 0.4, ...POOL, active: 9.5 },
    'the database, at work for all connections',
    'at work for 9.50 of 10.0 connections',
  ],
  [
    'a pool whose connections idle',
    { web: 0.4, loop: 0.4, ...POOL, active: 1 },
    'the pool of database connections',
    'at work for 1.00 of 10.0',
  ],
  ['a pool', { web: 0.4, ...POOL }, 'the pool of database connections', 'up to 22 requests at once'],
  [
    'a pool that only waits since there is no CPU',
    { web: 1.9, loop: 0.99, ...POOL, active: 1 },
    'the service’s own CPU',
    '1.90',
  ],
  ['a blocked event loop', { web: 0.3, loop: 0.98 }, 'the event loop, busy though CPU is left', '98.0 %'],
  [
    'the generator',
    { web: 0.3, loop: 0.3, generator: 0.8 },
    'the load generator, near its own limit',
    '80.0 %',
  ],
  [
    'nothing',
    { web: 0.3, loop: 0.3, poolUsed: 3, poolWaiting: 0 },
    'not seen in CPU, event loop, database or generator',
    '',
  ],
  [
    'a queue that falls behind',
    { web: 1.9, loop: 0.99, queue: { enqueued: 1_000, done: 600, depthAtEnd: 400 } },
    'the service’s own CPU and the queue’s workers, which fall behind',
    '600 done of 1,000 that came',
  ],
  [
    'a queue that keeps up',
    { web: 1.9, loop: 0.99, queue: { enqueued: 1_000, done: 890, failed: 60, depthAtEnd: 50 } },
    'the service’s own CPU',
    '1.90',
  ],
]

it.each(CASES)('names as the limit: %s', (_what, seen, words, evidence) => {
  const run = runOf(seen)
  expect(reportModel([run]).limits[0]?.text).toBe(`Limit: ${words}.`)
  const all = findingsOf(run).filter(({ limit }) => limit !== undefined)
  expect(all.flatMap((finding) => finding.evidence).join('\n')).toContain(evidence)
})

it('says nothing of the threads where a worker does not tell how busy its event loop was', () => {
  const run = runOf({ web: 1.95, loop: 0.03 })
  for (const { outcome } of run.cells)
    if (outcome.state === 'completed' && outcome.server.workers) outcome.server.workers.expected = 2
  expect(reportModel([run]).limits[0]?.text).toBe('Limit: the service’s own CPU.')
})
