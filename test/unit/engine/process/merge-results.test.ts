import { expect, it } from 'vitest'
import { assignmentsOf, divideConnections } from '../../../../src/engine/process/assignments.js'
import type { GeneratorResult } from '../../../../src/engine/process/generator-messages.js'
import { mergeResults, ProgressMerger, SecondsMerger } from '../../../../src/engine/process/merge-results.js'
import { Tally } from '../../../../src/engine/tally/tally.js'
import type { LoadPlan } from '../../../../src/model/plan/load-plan.js'
import type { Tick } from '../../../../src/model/run/sample.js'
import { decodeHistogram } from '../../../../src/stats/estimate/histogram.js'

const plan: LoadPlan = {
  baseUrl: 'http://h',
  steps: [{ path: '/a' }, { name: 'second', path: '/b' }],
  variables: {},
  values: {},
  connections: 10,
  durationSeconds: 1,
  timeoutSeconds: 1,
  generators: 4,
  seed: 1,
}

it('divides connections without a rest, and makes no more generators than connections', () => {
  expect(divideConnections(10, 4)).toEqual([3, 3, 2, 2])
  expect(divideConnections(2, 4)).toEqual([1, 1])
  const assignments = assignmentsOf(plan, 10, 100)
  expect(assignments.map((a) => [a.generator, a.generators, a.firstConnection, a.connections])).toEqual([
    [0, 4, 0, 3],
    [1, 4, 3, 3],
    [2, 4, 6, 2],
    [3, 4, 8, 2],
  ])
  expect(assignments.map(({ counterStart }) => counterStart)).toEqual([100, 100, 100, 100])
})

it('puts seconds together, whenever they are told, in order', () => {
  const merger = new SecondsMerger()
  const second = (atSeconds: number, ok: number) => ({ atSeconds, seconds: 1, ok, errors: 1, histogram: '' })
  merger.add(second(0, 5))
  merger.add({ ...second(1, 7), scheduled: 9 })
  merger.add({ ...second(1, 1), scheduled: 2 })
  merger.add(second(0, 6))
  const intervals = merger.end([{ ...second(2, 3), seconds: 0.4 }])
  expect(intervals.map(({ atSeconds, seconds, ok, errors }) => [atSeconds, seconds, ok, errors])).toEqual([
    [0, 1, 11, 2],
    [1, 1, 8, 2],
    [2, 0.4, 3, 1],
  ])
  expect(intervals.map(({ scheduled }) => scheduled)).toEqual([undefined, 11, undefined])
})

it('ticks once all generators have told their progress, and sees when nothing but failed', () => {
  const ticks: Tick[] = []
  const merger = new ProgressMerger(2, (tick) => ticks.push(tick))
  const at = (elapsedSeconds: number, ok: number, answers = ok) => {
    return { elapsedSeconds, ok, errors: 1, answers, connectionErrors: 1 }
  }
  merger.add(0, at(1, 0))
  expect(merger.isTotalFailure(1)).toBe(false)
  merger.add(1, at(1, 0))
  expect(merger.isTotalFailure(1)).toBe(true)
  merger.add(0, at(2, 9))
  expect(ticks).toEqual([{ elapsedSeconds: 1, ok: 0, errors: 2 }])
  merger.add(1, at(2, 0))
  expect(ticks[1]).toEqual({ elapsedSeconds: 2, ok: 9, errors: 2 })
  expect(merger.isTotalFailure(1)).toBe(false)
})

it('a tick has the times and faults of all generators, and the health of the worst', () => {
  const ticks: Tick[] = []
  const merger = new ProgressMerger(2, (tick) => ticks.push(tick))
  const at = (elapsedSeconds: number, busyShare: number, count: number) => {
    const faults = [{ what: 'status 503', count }]
    return { elapsedSeconds, ok: 5, errors: count, answers: 5, connectionErrors: 0, faults, busyShare }
  }
  for (const histogram of ['a', '', 'b']) merger.addSecond({ histogram })
  merger.add(0, at(1, 0.2, 2))
  merger.add(1, { ...at(1, 0.7, 3), ownLagUs: 40 })
  merger.add(0, at(2, 0.1, 2))
  merger.add(1, at(2, 0.1, 3))
  expect(ticks[0]).toEqual({
    elapsedSeconds: 1,
    ok: 10,
    errors: 5,
    faults: [{ what: 'status 503', count: 5 }],
    histograms: ['a', 'b'],
    busyShare: 0.7,
    ownLagUs: 40,
  })
  expect(ticks[1]).not.toHaveProperty('histograms')
})

it('sums counts, merges histograms, and shows the busiest generator', () => {
  const resultOf = (us: number, cpuUs: number): GeneratorResult => {
    const tally = new Tally(['GET /a', 'second'])
    for (const step of [0, 1, 1, 1, 1]) tally.sent(step)
    tally.answered(0, 200, us, null)
    tally.answered(1, 500, us, { kind: 'badStatus', what: 'status 500' })
    tally.timedOut(1, 1e6, 'timeout')
    tally.unfinished(1, 2e6)
    tally.connectionFailed(1, 'ECONNRESET')
    const lastSecond = tally.endSecond(0, 1)
    expect(lastSecond).toMatchObject({ ok: 1, errors: 3 })
    return {
      ...tally.total(),
      durationUs: 1e6,
      restSeconds: [lastSecond],
      counterUsed: 0,
      cpuUs,
      loopDelayP99Us: cpuUs,
      loopUtilisation: cpuUs / 1e6,
      waitedUs: cpuUs / 10,
    }
  }
  const results = [resultOf(100, 2e5), resultOf(300, 7e5)]
  const sample = mergeResults(plan, results, [])
  expect(sample.counts).toEqual({
    sent: 10,
    ok: 2,
    badStatus: 2,
    badBody: 0,
    timeout: 2,
    connectionError: 2,
    unfinished: 2,
  })
  expect(sample.statuses).toEqual({ 200: 2, 500: 2 })
  expect(sample.censored).toBe(4)
  const merged = decodeHistogram(sample.histogram)
  expect(merged.totalCount).toBe(6)
  expect(merged.getValueAtPercentile(1)).toBe(100)
  expect(sample.steps.map(({ name, sent, ok }) => [name, sent, ok])).toEqual([
    ['GET /a', 2, 2],
    ['second', 8, 0],
  ])
  const busiest = { processes: 2, cpuShare: 0.7, loopDelayP99Us: 7e5, loopUtilisation: 0.7 }
  expect(sample.generator).toEqual({ ...busiest, waitShare: 0.07 })
  const unknown = results.map((result, i) => (i === 0 ? result : { ...result, waitedUs: null }))
  expect(mergeResults(plan, unknown, []).generator).toEqual(busiest)
})

it('keeps errors countable: most frequent first, and no more kinds than a report can show', () => {
  const tally = new Tally(['GET /'])
  for (let i = 0; i < 200; i++) tally.connectionFailed(0, `error ${i}`)
  for (let i = 0; i < 3; i++) tally.connectionFailed(0, 'error 5')
  const result = {
    ...tally.total(),
    durationUs: 1,
    restSeconds: [],
    counterUsed: 0,
    cpuUs: 0,
    loopDelayP99Us: 0,
    loopUtilisation: 0,
    waitedUs: null,
  }
  const { errors } = mergeResults({ steps: [{ path: '/' }] }, [result], [])
  expect(errors.slice(0, 2)).toEqual([
    { what: 'other errors', count: 150, steps: [{ name: 'GET /', count: 150 }] },
    { what: 'error 5', count: 4, steps: [{ name: 'GET /', count: 4 }] },
  ])
  expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(203)
})
