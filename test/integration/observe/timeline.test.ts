import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ServerTruth } from '../../../src/model/run/server-truth.js'
import type { Timeline } from '../../../src/model/run/timeline.js'
import type { WatchRequest } from '../../../src/observe/observer.js'
import { processObserver } from '../../../src/observe/process-observer.js'
import { freePort } from '../../../src/services/support/free-port.js'
import { send, until } from '../../helpers/http-client.js'
import { lackOf, lackOfLinux, lackOfProgram, needs } from '../../helpers/needs.js'
import { freshDatabase, Service, startCluster } from '../app/service.js'

let service: Service
afterEach(async () => {
  await service?.stop('SIGKILL')
})

const fixture = join(import.meta.dirname, 'fixtures', 'workers.mjs')

async function startWorkers(env: Record<string, string> = {}): Promise<string> {
  const port = await freePort()
  service = new Service(process.execPath, [fixture], { WORKERS: '3', PORT: String(port), ...env })
  await service.prints(/(worker \d+ listens\s+){3}/)
  return `http://127.0.0.1:${port}`
}

function requestFor(url: string | null, path = '/who'): WatchRequest {
  return {
    trees: [{ name: 'app', role: 'web', pids: [service.pid] }],
    workers: url === null ? null : { url, path, expected: 3 },
  }
}

type Readings = Parameters<NonNullable<WatchRequest['onSample']>>[1]

/** Waits until there were two samples that satisfy `holds`, and asks meanwhile. */
type Samples = (holds?: (readings: Readings) => boolean, ask?: () => Promise<unknown>) => Promise<void>

async function watchWhile(
  request: WatchRequest,
  work: (twoSamples: Samples) => Promise<unknown>,
): Promise<ServerTruth> {
  const samples: Readings[] = []
  const watch = await processObserver.watch({
    ...request,
    onSample: (_, readings) => samples.push(readings),
  })
  await work(async (holds = () => true, ask = async () => {}) => {
    const before = samples.length
    await until(ask, () => samples.slice(before).filter(holds).length >= 2)
  })
  return await watch.stop()
}

/** Whether so many workers told what they had served: one that the machine holds up is left out of a sample. */
const workersTell = (count: number) => (readings: Readings) =>
  readings.filter(({ what }) => what === 'requests').length === count

const isKnown = (value: number | null) => value !== null

function valuesOf(timeline: Timeline | undefined, what: string, of?: string): (number | null)[][] {
  const found = timeline?.series.filter((one) => one.what === what && (of === undefined || one.of === of))
  return (found ?? []).map(({ values }) => values)
}

function expectWellFormed(timeline: Timeline | undefined): asserts timeline is Timeline {
  expect(timeline).toBeDefined()
  const { atSeconds = [], series = [] } = timeline ?? {}
  expect(atSeconds.length).toBeGreaterThanOrEqual(2)
  expect(atSeconds).toEqual(atSeconds.toSorted((a, b) => a - b))
  for (const { values } of series) expect(values).toHaveLength(atSeconds.length)
}

describe('workers that tell of their event loop', () => {
  it('each has its series, and so has each process and the machine', async () => {
    const url = await startWorkers({ FULL: '1' })
    const { timeline, observerCpuUs, othersShare, workers } = await watchWhile(requestFor(url), (samples) =>
      samples(workersTell(3), () => send(url, '/')),
    )
    expectWellFormed(timeline)
    expect(workers?.shares).toHaveLength(3)
    for (const what of ['requests', 'loop-utilisation', 'loop-delay-p99', 'gc']) {
      const each = valuesOf(timeline, what)
      expect(each, what).toHaveLength(3)
      expect(
        each.every((values) => values.some((value) => value !== null)),
        what,
      ).toBe(true)
    }
    expect(new Set(valuesOf(timeline, 'loop-delay-p99').flat().filter(isKnown))).toEqual(new Set([1_500]))
    expect(
      valuesOf(timeline, 'requests')
        .flat()
        .some((rate) => rate! > 0),
    ).toBe(true)
    expect(valuesOf(timeline, 'db-pool-used')).toEqual([])
    for (const what of ['cpu', 'rss', 'threads']) {
      expect(valuesOf(timeline, what, 'app'), what).toHaveLength(1)
      expect(valuesOf(timeline, what, `app/${service.pid}`), what).toHaveLength(1)
      expect(valuesOf(timeline, what), what).toHaveLength(1 + 4)
    }
    expect(valuesOf(timeline, 'busy', 'machine')).toHaveLength(1)
    expect(valuesOf(timeline, 'load', 'machine')).toHaveLength(1)
    expect(observerCpuUs).toBeGreaterThan(0)
    // Who serves the load beside these trees is not known, so nobody is foreign.
    expect(othersShare).toBeNull()
  })

  it('other processes have their share where all that serve are watched', needs(lackOfLinux), async () => {
    const url = await startWorkers()
    const { othersShare, busyShare } = await watchWhile({ ...requestFor(url), isComplete: true }, (samples) =>
      samples(undefined, () => send(url, '/')),
    )
    expect(othersShare).toBeGreaterThanOrEqual(0)
    expect(othersShare).toBeLessThanOrEqual(busyShare!)
  })

  it('a worker that is killed has nulls from then on', async () => {
    const url = await startWorkers({ FULL: '1' })
    const victim = String(JSON.parse((await send(url, '/who')).text).worker_id)
    const { timeline, workers } = await watchWhile(requestFor(url), async (samples) => {
      await samples(workersTell(3))
      process.kill(Number(victim), 'SIGKILL')
      await samples(workersTell(2))
    })
    expectWellFormed(timeline)
    let last = 0
    for (const [what, of] of [
      ['requests', `worker ${victim}`],
      ['rss', `app/${victim}`],
    ] as const) {
      const [values] = valuesOf(timeline, what, of)
      last = Math.max(last, values?.findLastIndex(isKnown) ?? 0)
      expect(values?.some(isKnown), what).toBe(true)
      expect(values?.at(-1), what).toBeNull()
    }
    const left = timeline.series.filter(({ of, what }) => what === 'requests' && of !== `worker ${victim}`)
    expect(left).toHaveLength(2)
    for (const { values } of left) expect(values.findLastIndex(isKnown)).toBeGreaterThan(last)
    expect(workers).toMatchObject({ unknown: null, changed: 1 })
    expect(workers?.shares).toHaveLength(2)
  })
})

it('workers that tell only what they served have requests, and no event loop', async () => {
  const url = await startWorkers()
  const { timeline } = await watchWhile(requestFor(url), (samples) =>
    samples(workersTell(3), () => send(url, '/')),
  )
  expectWellFormed(timeline)
  expect(valuesOf(timeline, 'requests')).toHaveLength(3)
  for (const what of ['loop-utilisation', 'loop-delay-p99', 'gc', 'db-pool-used', 'db-connections']) {
    expect(valuesOf(timeline, what), what).toEqual([])
  }
})

it('a path that answers something else is told in words, and all else is watched', async () => {
  const url = await startWorkers()
  const { timeline, workers } = await watchWhile(requestFor(url, '/other'), (samples) => samples())
  expectWellFormed(timeline)
  expect(workers?.unknown).toContain('/other gave no usable answer')
  expect(valuesOf(timeline, 'requests')).toEqual([])
  expect(valuesOf(timeline, 'cpu', 'app')).toHaveLength(1)
})

const lackOfPython = lackOfProgram('python3', ['-c', ''])
const lackOfPostgres = await lackOf('postgres')

it('a service in another language has processes, and no event loop', needs(lackOfPython), async () => {
  const port = await freePort()
  service = new Service('python3', ['-u', '-m', 'http.server', String(port), '--bind', '127.0.0.1'], {})
  await service.prints(/Serving HTTP/)
  const { timeline } = await watchWhile(requestFor(null), (samples) => samples())
  expectWellFormed(timeline)
  const kinds = new Set(timeline.series.filter(({ of }) => of === 'app').map(({ what }) => what))
  expect(kinds).toEqual(new Set(['rss', 'threads', 'cpu']))
  expect(new Set(timeline.series.map(({ of }) => of.split('/')[0]))).toEqual(new Set(['app', 'machine']))
})

it('the reference service tells all, and Postgres its connections', needs(lackOfPostgres), async () => {
  const database = await freshDatabase()
  try {
    service = startCluster({ WORKERS: '3', DATABASE_URL: database.url })
    await service.prints(/all workers listen/)
    const url = await service.url()
    const { timeline } = await watchWhile(
      { ...requestFor(url, '/health/worker'), databaseUrl: database.url },
      (samples) =>
        samples(
          (readings) => workersTell(3)(readings) && readings.some(({ what }) => what === 'db-connections'),
          () => send(url, '/ready'),
        ),
    )
    expectWellFormed(timeline)
    for (const what of [
      'requests',
      'loop-utilisation',
      'loop-delay-p99',
      'gc',
      'db-pool-used',
      'db-pool-waiting',
    ]) {
      expect(valuesOf(timeline, what), what).toHaveLength(3)
    }
    const [connections] = valuesOf(timeline, 'db-connections', 'postgres')
    expect(connections?.filter(isKnown).every((count) => count >= 1)).toBe(true)
    expect(valuesOf(timeline, 'db-connections', 'postgres (active)')).toHaveLength(1)
    expect(JSON.stringify(timeline)).not.toContain('postgres://')
  } finally {
    await service.stop('SIGTERM')
    await database.end()
  }
})

it('a database that nobody serves has no series, and breaks nothing', async () => {
  await startWorkers()
  const databaseUrl = `postgres://nobody@127.0.0.1:${await freePort()}/none`
  const { timeline } = await watchWhile({ ...requestFor(null), databaseUrl }, (samples) => samples())
  expectWellFormed(timeline)
  expect(valuesOf(timeline, 'db-connections')).toEqual([])
})
