import { describe, expect, it } from 'vitest'
import type { LatencyPhase } from '../../../../src/model/run/outcome.js'
import type { Cell } from '../../../../src/model/run/run.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { randomOf } from '../../../../src/stats/estimate/random.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { openSummary } from '../../../../src/stats/validity/summarize-open.js'
import {
  judgeRepeats,
  LATENCY_RATIO_LIMIT,
  latencyNoise,
  noiseOf,
} from '../../../../src/stats/validity/validity-repeats.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'
import { sampleOf } from './sample-fixture.js'

/** A phase with the given latencies, each `times` over. */
function phaseOf(latenciesUs: readonly number[], times: number): LatencyPhase {
  const phase = latencyPhase()
  const histogram = createHistogram()
  for (const us of latenciesUs) record(histogram, us, times)
  const sample = { ...phase.sample, histogram: encodeHistogram(histogram) }
  return { ...phase, sample, ...openSummary(sample) }
}

describe('repeats', () => {
  const cell = (
    throughput: number,
    scenario = 'simple',
    state: 'valid' | 'unreconciled' = 'valid',
    latency: LatencyPhase | null = null,
  ): Cell => ({
    level: '0',
    scenario,
    repeat: 1,
    startedAt: '',
    finishedAt: '',
    outcome: {
      state: 'completed',
      sample: sampleOf(),
      summary: { ...summarize(sampleOf()), throughput },
      server: { usage: [], workers: null, stealShare: 0, busyShare: 0, observerCpuUs: 0 },
      validity: { state, evidence: [] },
      latency,
      slo: [],
      warnings: [],
    },
  })
  const states = (cells: Cell[]) =>
    judgeRepeats(cells).map(({ outcome }) => (outcome.state === 'completed' ? outcome.validity.state : '-'))

  it('may lie 20.2 % apart', () => {
    expect(noiseOf([900, 1_000, 1_100])).toBeNull()
    expect(noiseOf([899, 1_000, 1_101])).toBe('its 3 repeats lie 20.2 % apart: 899 to 1,101/s (limit 20 %)')
    expect(noiseOf([1_000])).toBeNull()
  })

  it('are judged by level and scenario, the valid ones only', () => {
    expect(states([cell(1_000), cell(1_010), cell(100, 'report')])).toEqual(['valid', 'valid', 'valid'])
    expect(states([cell(1_000), cell(2_000), cell(100, 'report')])).toEqual(['noisy', 'noisy', 'valid'])
    expect(states([cell(1_000), cell(9_000, 'simple', 'unreconciled'), cell(1_010)])).toEqual([
      'valid',
      'unreconciled',
      'valid',
    ])
  })

  it('are judged apart for capacity and latency', () => {
    const phase = (us: number, change: Partial<LatencyPhase> = {}) => ({ ...phaseOf([us], 1_000), ...change })
    const latencies = (...phases: LatencyPhase[]) =>
      judgeRepeats(phases.map((one) => cell(1_000, 'simple', 'valid', one))).map(({ outcome }) =>
        outcome.state === 'completed' ? [outcome.validity.state, outcome.latency?.validity.state] : [],
      )
    expect(latencies(phase(2_000), phase(9_000))).toEqual([
      ['valid', 'noisy'],
      ['valid', 'noisy'],
    ])
    const invalid = phase(9_000, { validity: { state: 'generator-bound', evidence: ['x'] } })
    expect(latencies(phase(2_000), invalid, phase(2_100))).toEqual([
      ['valid', 'valid'],
      ['valid', 'generator-bound'],
      ['valid', 'valid'],
    ])
    const capacities = judgeRepeats([1_000, 2_000].map((n) => cell(n, 'simple', 'valid', phase(2_000))))
    for (const { outcome } of capacities) {
      expect(outcome).toMatchObject({
        validity: { state: 'noisy' },
        latency: { validity: { state: 'valid' } },
      })
    }
  })
})

describe('latencyNoise', () => {
  it('tells how far p99 and p50 lie apart', () => {
    expect(latencyNoise([phaseOf([1_000], 5_000), phaseOf([4_000], 5_000), phaseOf([2_000], 5_000)])).toEqual(
      [
        'p99 of its 3 repeats lies 4.0-fold apart: 1.0 ms to 4.0 ms (limit 2-fold)',
        'p50 of its 3 repeats lies 4.0-fold apart: 1.0 ms to 4.0 ms (limit 2-fold)',
      ],
    )
  })

  it('lets pass what is less than two-fold, or less than 0.5 ms', () => {
    expect(latencyNoise([phaseOf([4_000], 5_000), phaseOf([7_900], 5_000)])).toEqual([])
    expect(latencyNoise([phaseOf([100], 5_000), phaseOf([600], 5_000)])).toEqual([])
    expect(latencyNoise([phaseOf([100], 5_000), phaseOf([602], 5_000)])).toHaveLength(2)
  })

  it('says nothing of one repeat, of none, nor of unlike loads', () => {
    const [fast, slow] = [phaseOf([1_000], 5_000), phaseOf([9_000], 5_000)]
    expect(latencyNoise([])).toEqual([])
    expect(latencyNoise([slow])).toEqual([])
    expect(latencyNoise([fast, { ...slow, rate: fast.rate * 1.3 }])).toEqual([])
    expect(latencyNoise([fast, { ...slow, share: 0.3 }])).toEqual([])
  })

  it('draws nothing from a p99 that a handful of requests decides', () => {
    // 30 of 2,000 in the one, 20 in the other: p99 is 9 ms there and 1 ms here.
    const few = (slow: number) => phaseOf([...Array(slow).fill(9_000), ...Array(2_000 - slow).fill(1_000)], 1)
    expect(latencyNoise([few(30), few(20)])).toEqual([])
    expect(latencyNoise([few(100), few(3)])).toEqual([expect.stringContaining('p99')])
  })

  /** Latencies with a heavy tail (Pareto, exponent 1): p99 of a thousand of them may vary two-fold by itself. */
  const drawn = (random: () => number, count: number, middleUs: number) =>
    phaseOf(
      Array.from({ length: count }, () => middleUs / 2 / (1 - random())),
      1,
    )

  it('hardly ever calls equal repeats noisy, and unequal ones always', () => {
    const random = randomOf(20_261_121)
    const trials = 100
    let byRatio = 0
    let equal = 0
    let unequal = 0
    for (let i = 0; i < trials; i++) {
      const repeats = [1_200, 1_200, 1_200].map((count) => drawn(random, count, 4_000))
      const p99s = repeats.map(({ latency }) => latency.p99Us!)
      if (Math.max(...p99s) > LATENCY_RATIO_LIMIT * Math.min(...p99s)) byRatio++
      if (latencyNoise(repeats).length > 0) equal++
      if (latencyNoise([...repeats, drawn(random, 1_200, 16_000)]).length > 0) unequal++
    }
    // The ratio alone would condemn many of them, so the intervals are what acquits.
    expect(byRatio).toBeGreaterThan(trials / 10)
    expect(equal).toBeLessThanOrEqual(trials / 100)
    expect(unequal).toBe(trials)
  })
})
