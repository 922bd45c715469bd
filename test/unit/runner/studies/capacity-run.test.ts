import { describe, expect, it } from 'vitest'
import type { Engine, OpenEngine } from '../../../../src/engine/engine.js'
import { createFake } from '../../../../src/engine/fake.js'
import type { UnexpectedExit } from '../../../../src/launch/launcher.js'
import { parseSlo } from '../../../../src/model/plan/slo-grammar.js'
import type { Sample } from '../../../../src/model/run/sample.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import type { CapacityResult } from '../../../../src/model/studies/capacity.js'
import type { Booted } from '../../../../src/runner/cell/booted.js'
import { runCapacity } from '../../../../src/runner/studies/capacity-run.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { deepFreeze } from '../../../helpers/deep-freeze.js'
import { makeRun } from '../../../helpers/run-fixture.js'
import { sampleOf } from '../../stats/validity/sample-fixture.js'

const truth: ServerTruth = { usage: [], workers: null, stealShare: null, busyShare: null, observerCpuUs: 0 }

/** A token bucket's sample: beyond `capacity` the queue grows for as long as the load lasts. */
function bucketSample(rate: number, seconds: number, capacity: number): Sample {
  const count = Math.round(rate * seconds)
  const longestUs = 1e6 * seconds * Math.max(0, rate / capacity - 1)
  const histogram = createHistogram()
  for (let i = 0; i < count; i++) record(histogram, 1_000 + (longestUs * i) / count)
  const encoded = encodeHistogram(histogram)
  return sampleOf({
    engine: 'fake',
    durationUs: seconds * 1e6,
    counts: { ...sampleOf().counts, sent: count, ok: count },
    histogram: encoded,
    intervals: [{ atSeconds: 0, seconds, ok: count, errors: 0, p50Us: 1_000, p99Us: 1_000 }],
    open: {
      ...{ arrival: 'uniform', scheduled: count, unsent: 0, maxConnections: 256, peakConnections: 9 },
      ...{ serviceHistogram: encoded, lagHistogram: '', ownLagHistogram: '' },
    },
  })
}

interface Options {
  readonly capacity?: number
  /** Told before each probe, by its number from 1. */
  readonly before?: (probe: number, die: () => void) => void
  readonly change?: (sample: Sample, probe: number) => Sample
  readonly signal?: AbortSignal
  /** Of the warm-up. */
  readonly engine?: Engine
}

async function go({ capacity = 900, before, change, signal, engine = createFake() }: Options = {}) {
  const boots: string[] = []
  const saved: CapacityResult[] = []
  let die: (exit: UnexpectedExit) => void = () => {}
  let stops = 0
  let probes = 0
  const openEngine: OpenEngine = {
    name: 'fake',
    run: async ({ stages }, io) => {
      await io.beforeStart?.()
      probes++
      before?.(probes, () => die({ process: 'web', code: 7, signal: null }))
      const [{ seconds, from } = { seconds: 1, from: 1 }] = stages
      const sample = bucketSample(from, seconds, capacity)
      return change?.(sample, probes) ?? sample
    },
  }
  const boot = async (_: unknown, label: string): Promise<Booted> => {
    boots.push(label)
    const died = new Promise<UnexpectedExit>((resolve) => {
      die = resolve
    })
    return {
      ...{
        url: 'http://127.0.0.1:1',
        services: [],
        bootSeconds: 0.5,
        warnings: [],
        trees: [],
        workers: null,
        died,
      },
      lastLogLines: () => [],
      stop: async () => {
        stops++
      },
    }
  }
  const { id, startedAt, git, machine, tool, settings } = makeRun({ cells: [] })
  const slo = parseSlo('p99<50ms')
  if ('problem' in slo) throw new Error(slo.problem)
  const level = { key: '0', number: 0, name: 'single', title: 'One', source: 'built-in', workers: 1 }
  const info = { ...level, bootSeconds: null, services: [] }
  const scenario = { name: 'a', title: 'a', source: 'built-in', connections: 2, timeoutSeconds: 1 }
  const result: CapacityResult = {
    ...{
      schemaVersion: 1,
      kind: 'capacity',
      tool,
      id,
      startedAt,
      finishedAt: null,
      state: 'running',
      git,
      machine,
    },
    settings: { ...settings, durationSeconds: 2, warmupSeconds: 1 },
    ...{ level: info, scenario, slo: ['p99<50ms'], probes: [], verdict: null, knee: null, warnings: [] },
    search: { start: 1, lowest: 10, highest: 1e6, resolution: 0.03, mostProbes: 16 },
  }
  const ended = await runCapacity(
    deepFreeze({
      result,
      level: { info, level: null, baseDir: '/', workers: 1, skip: null },
      scenario: {
        info: scenario,
        scenario: { name: 'a', title: 'a', steps: [{ path: '/' }] },
        slos: [{ ...slo.value, stated: true }],
      },
      start: null,
    }),
    {
      ...{ boot, engine, openEngine, settle: async () => true, leaseEnv: {}, events: {} },
      observer: { watch: async () => ({ stop: async () => truth }) },
      signal: signal ?? new AbortController().signal,
      onProbe: () => {},
      onProbed: () => {},
      save: async (now) => {
        saved.push(structuredClone(now))
      },
    },
  )
  return { ended, boots, saved, stops }
}

describe('runCapacity', () => {
  it('starts from what the warm-up was served, finds the rate with one boot, and saves each probe', async () => {
    const { ended, boots, saved, stops } = await go()
    expect(ended.search.start).toBeCloseTo(700, -1) // 70 % of the fake's 1,000/s
    expect(ended.verdict?.state).toBe('found')
    expect(Math.abs((ended.verdict?.low ?? 0) / 900 - 1)).toBeLessThanOrEqual(0.03)
    expect(ended.probes.length).toBeLessThanOrEqual(12)
    expect(ended.knee).not.toBeNull()
    expect([boots.length, stops]).toEqual([1, 1])
    expect(ended.level).toMatchObject({ bootSeconds: 0.5, services: [] })
    const counts = saved.map(({ probes }) => probes.length)
    expect(new Set(counts).size).toBe(ended.probes.length + 1)
    expect(saved.at(-1)).toMatchObject({ state: 'completed', finishedAt: expect.any(String) as string })
  })

  it('takes a death for a failure, boots again and goes on', async () => {
    const { ended, boots, stops } = await go({ before: (probe, die) => probe === 2 && die() })
    expect(ended.probes[1]).toMatchObject({
      outcome: 'failed',
      phase: null,
      why: ['the service died: process "web" ended by itself (exit code 7)'],
    })
    expect([boots.length, stops]).toEqual([2, 2])
    expect(ended.verdict).not.toBeNull()
  })

  it('never takes a limit of the generator for the service’s', async () => {
    const { ended } = await go({
      change: (sample) => ({ ...sample, counts: { ...sample.counts, sent: sample.counts.sent + 1 } }),
    })
    expect(ended.verdict).toMatchObject({ state: 'unmeasured', low: null, high: null })
    expect(ended.probes.every(({ outcome }) => outcome === 'invalid')).toBe(true)
  })

  it('ends after two probes without one good answer, and says what came instead', async () => {
    const { ended } = await go({
      change: (sample) => ({
        ...sample,
        counts: { ...sample.counts, ok: 0, badStatus: sample.counts.ok },
        errors: [{ what: 'status 429', count: sample.counts.ok }],
        intervals: [],
      }),
    })
    expect(ended.state).toBe('completed')
    expect(ended.probes.map(({ unanswered }) => unanswered)).toEqual([true, true])
    expect(ended.verdict).toMatchObject({ state: 'unanswered', low: null, high: null })
    expect(ended.verdict?.reason).toMatch(/^not one good answer in 2 probes: .*status 429/)
  })

  it('ends after a warm-up without one good answer, with a result', async () => {
    const { ended, stops } = await go({ engine: createFake({ errorShare: 1 }) })
    expect(ended).toMatchObject({ state: 'completed', probes: [], verdict: { state: 'unanswered' } })
    expect(ended.verdict?.reason).toMatch(/^in the warm-up no answer was as expected: .* × status 500$/)
    expect(stops).toBe(1)
  })

  it('keeps its probes when interrupted, without a verdict', async () => {
    const interrupt = new AbortController()
    const { ended, stops } = await go({
      signal: interrupt.signal,
      before: (probe) => probe === 3 && interrupt.abort(new Error('interrupted')),
    })
    expect(ended).toMatchObject({ state: 'interrupted', verdict: null })
    expect([ended.probes.length, stops]).toEqual([2, 1])
  })
})
