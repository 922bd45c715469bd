import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../src/observe/observer.js'
import { ProcessReadings } from '../../../src/observe/process-readings.js'
import type { ProcessRow } from '../../../src/observe/process-table.js'
import { parseWorkerState, type WorkerState } from '../../../src/observe/worker-link.js'
import { WorkerReadings } from '../../../src/observe/worker-readings.js'

function row(pid: number, cpuUs: number, change: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, ppid: 1, cpuUs, rssBytes: 100, threads: 11, startedAt: '1', ...change }
}

function brief(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.map(({ of, what, value }) => [`${of} ${what}`, value]))
}

describe('ProcessReadings', () => {
  it('gives shares of a core from the second look on, of each process and of all', () => {
    const readings = new ProcessReadings('app')
    expect(brief(readings.look([row(1, 0), row(2, 5_000_000)], 0))).not.toHaveProperty('app cpu')
    // The third one came in between, and counts from its start.
    expect(brief(readings.look([row(1, 500_000), row(2, 6_000_000), row(3, 100_000)], 2))).toEqual({
      'app rss': 300,
      'app threads': 33,
      'app cpu': 0.8,
      'app/1 rss': 100,
      'app/1 threads': 11,
      'app/1 cpu': 0.25,
      'app/2 rss': 100,
      'app/2 threads': 11,
      'app/2 cpu': 0.5,
      'app/3 rss': 100,
      'app/3 threads': 11,
      'app/3 cpu': 0.05,
    })
  })

  it('says it once of a tree of one process, and nothing of threads or of a tree that is gone', () => {
    const readings = new ProcessReadings('app')
    expect(brief(readings.look([row(1, 0, { threads: null })], 0))).toEqual({ 'app rss': 100 })
    expect(readings.look([], 1)).toEqual([])
  })
})

describe('parseWorkerState', () => {
  it('reads what is there', () => {
    const answer = { worker_id: 7, requests_served: 3, uptime_seconds: 9.5, event_loop_delay_p99_ms: 1.5 }
    expect(parseWorkerState('/w', answer)).toEqual({
      id: '7',
      served: 3,
      uptimeSeconds: 9.5,
      loopDelayP99Us: 1_500,
      loopActiveSeconds: null,
      gcSeconds: null,
      poolUsed: null,
      poolWaiting: null,
    })
  })

  it('takes what is no number for unknown', () => {
    const answer = { worker_id: 'a', requests_served: 0, gc_seconds_total: 'much', db_pool_used: -1 }
    expect(parseWorkerState('/w', answer)).toMatchObject({ gcSeconds: null, poolUsed: null })
  })

  it.each([null, 'text', [], { worker_id: 'a' }, { requests_served: 1 }])('refuses %j', (answer) => {
    expect(() => parseWorkerState('/w', answer)).toThrow(
      '/w answered without "worker_id" and "requests_served"',
    )
  })
})

describe('WorkerReadings', () => {
  const bare: WorkerState = {
    id: 'a',
    served: 0,
    uptimeSeconds: null,
    loopDelayP99Us: null,
    loopActiveSeconds: null,
    gcSeconds: null,
    poolUsed: null,
    poolWaiting: null,
  }
  const look = (readings: WorkerReadings, state: Partial<WorkerState>, at: number) =>
    brief(readings.look(new Map([['a', { ...bare, ...state }]]), at))

  it('takes rates by the worker’s own clock', () => {
    const readings = new WorkerReadings()
    const first = { uptimeSeconds: 10, served: 100, loopActiveSeconds: 4, gcSeconds: 1, poolUsed: 2 }
    expect(look(readings, first, 0)).toEqual({ 'worker a db-pool-used': 2 })
    const second = { uptimeSeconds: 12, served: 300, loopActiveSeconds: 5, gcSeconds: 1.5, loopDelayP99Us: 7 }
    expect(look(readings, second, 999)).toEqual({
      'worker a loop-delay-p99': 7,
      'worker a requests': 100,
      'worker a loop-utilisation': 0.5,
      'worker a gc': 0.25,
    })
  })

  it('by ours where it has none, and has no rate where a counter began anew', () => {
    const readings = new WorkerReadings()
    look(readings, { served: 100 }, 10)
    expect(look(readings, { served: 150 }, 15)).toEqual({ 'worker a requests': 10 })
    expect(look(readings, { served: 1 }, 16)).toEqual({})
  })
})
