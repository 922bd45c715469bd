import { describe, expect, it } from 'vitest'
import { type Fixture, fixtures } from '../../../src/calibrate/fixtures.js'
import {
  judgeMeasurement,
  medianOf,
  overallVerdict,
  percentileError,
} from '../../../src/calibrate/verdict.js'
import type { Counts, Sample } from '../../../src/model/run/sample.js'
import {
  createHistogram,
  encodeHistogram,
  type Histogram,
  record,
} from '../../../src/stats/estimate/histogram.js'

const TOLERANCE = { share: 0.01, us: 500 }

function constant(us: number, count: number): Histogram {
  const histogram = createHistogram()
  record(histogram, us, count)
  return histogram
}

describe('the error of a percentile', () => {
  it('is measured − expected, absolute and as a share', () => {
    const error = percentileError(50, constant(10_000, 100), constant(10_400, 100), TOLERANCE)
    expect(error.errorUs).toBeGreaterThan(380)
    expect(error.errorUs).toBeLessThan(420)
    expect(error.errorShare).toBeCloseTo(0.04, 2)
    expect(error.verdict).toBe('within')
  })

  it.each([
    [1_000, 1_600, 'outside'],
    [1_000, 1_400, 'within'],
    [10_000, 9_400, 'outside'],
    [200_000, 201_500, 'within'],
    [200_000, 203_000, 'outside'],
  ])('of %d µs measured as %d µs is %s', (expected, measured, verdict) => {
    expect(percentileError(50, constant(expected, 100), constant(measured, 100), TOLERANCE).verdict).toBe(
      verdict,
    )
  })

  it('is not judged with fewer than 5 requests beyond the percentile', () => {
    const of = (count: number) =>
      percentileError(99, constant(1_000, count), constant(9_000, count), TOLERANCE)
    expect(of(400).verdict).toBe('not-judged')
    expect(of(500).verdict).toBe('outside')
  })

  it('is outside where nothing was measured', () => {
    const error = percentileError(50, constant(1_000, 100), createHistogram(), TOLERANCE)
    expect(error).toMatchObject({ measuredUs: null, errorUs: null, verdict: 'outside' })
  })
})

const NO_COUNTS: Counts = {
  sent: 0,
  ok: 0,
  badStatus: 0,
  badBody: 0,
  timeout: 0,
  connectionError: 0,
  unfinished: 0,
}

function sampleOf(
  counts: Partial<Counts>,
  changes: { scheduled?: number; unsent?: number; cpu?: number; latencyUs?: number } = {},
) {
  const all = { ...NO_COUNTS, ...counts }
  const lag = encodeHistogram(constant(40, all.sent))
  return {
    engine: 'open-loop',
    durationUs: 1e6,
    counts: all,
    statuses: {},
    errors: [],
    bytesReceived: 0,
    histogram: encodeHistogram(constant(changes.latencyUs ?? 10_100, all.ok)),
    censored: 0,
    intervals: [],
    steps: [],
    generator: { processes: 1, cpuShare: changes.cpu ?? 0.2, loopDelayP99Us: 500 },
    open: {
      arrival: 'uniform',
      scheduled: changes.scheduled ?? all.sent,
      unsent: changes.unsent ?? 0,
      maxConnections: 10,
      peakConnections: 10,
      serviceHistogram: '',
      lagHistogram: lag,
      ownLagHistogram: encodeHistogram(constant(30, all.sent)),
    },
  } satisfies Sample
}

const fixture = fixtures({ quick: false }).find(({ name }) => name === 'fixed-10') as Fixture
const schedule = { rate: 1_000, seconds: 1 }

function judged(
  sample: Sample,
  server: { requests: number; answered: number; dropped?: number; hung?: number },
) {
  return judgeMeasurement(
    fixture,
    schedule,
    sample,
    {
      counts: { dropped: 0, hung: 0, ...server },
      residenceUs: Array.from({ length: server.requests }, (_, i) => (i < server.answered ? 10_000 : null)),
      stalls: [],
      pauses: [],
    },
    0.1,
  )
}

describe('a measurement on a machine that pauses', () => {
  const late = () => sampleOf({ sent: 1_000, ok: 1_000 }, { latencyUs: 10_800 })
  const verdicts = (sample: Sample) =>
    judged(sample, { requests: 1_000, answered: 1_000 }).percentiles.map(({ verdict }) => verdict)
  const pausing = (shares: number) => {
    const sample = late()
    // In the middle between two requests, so that they change no expectation; 1 pause of 300 µs a 1,000th of the time.
    const pauses = Array.from({ length: shares }, (_, i): [number, number] => [i * 1_000 + 600, 300])
    return { ...sample, open: { ...sample.open, pauses, beganUs: 0 } }
  }

  it('is outside without pauses', () => {
    expect(verdicts(late())).toEqual(['outside', 'outside', 'outside', 'not-judged'])
  })

  it('is not held against the instrument where more requests met one than lie beyond the percentile', () => {
    // Share of the time: 0.6 %; of the requests, which meet them as they are sent and as they are answered, 1.2 %.
    expect(verdicts(pausing(20))).toEqual(['outside', 'outside', 'paused', 'not-judged'])
  })

  it('is within where the pauses explain the error', () => {
    const sample = late()
    const pauses: [number, number][] = Array.from({ length: 1_000 }, (_, i) => [i * 1_000 + 10_450, 850])
    const one = judged(
      { ...sample, open: { ...sample.open, pauses, beganUs: 0 } },
      { requests: 1_000, answered: 1_000 },
    )
    expect(one.percentiles[0]).toMatchObject({ verdict: 'within' })
    expect(one.percentiles[0]?.undisturbedUs).toBeLessThan(10_020)
    expect(one.pauses.generator).toMatchObject({ longestUs: 850 })
  })
})

describe('of repeated measurements', () => {
  const measured = (latencyUs: number, changes: { cpu?: number } = {}) =>
    judged(sampleOf({ sent: 1_000, ok: 1_000 }, { latencyUs, ...changes }), {
      requests: 1_000,
      answered: 1_000,
    })

  it('the one in the middle counts, by its largest error', () => {
    const one = medianOf([measured(14_000), measured(10_100), measured(10_300)], fixture.tolerance)
    expect(one.percentiles[0]?.measuredUs).toBeGreaterThan(10_280)
    expect(one.percentiles[0]?.measuredUs).toBeLessThan(10_320)
    expect(one.largestErrors).toHaveLength(3)
    expect(one.verdict).toBe('within')
  })

  it('of two the worse', () => {
    expect(medianOf([measured(14_000), measured(10_100)], fixture.tolerance).verdict).toBe('outside')
  })

  it('a problem in any is one of all', () => {
    const one = medianOf(
      [measured(10_100), measured(10_100), measured(14_000, { cpu: 0.9 })],
      fixture.tolerance,
    )
    expect(one.problems).toHaveLength(1)
    expect(one.verdict).toBe('outside')
  })
})

describe('a measurement', () => {
  it('that adds up and agrees is within', () => {
    const one = judged(sampleOf({ sent: 1_000, ok: 1_000 }), { requests: 1_000, answered: 1_000 })
    expect(one).toMatchObject({ problems: [], verdict: 'within', scheduled: 1_000, unsent: 0 })
    expect(one.percentiles.map(({ percentile }) => percentile)).toEqual([50, 90, 99, 99.9])
    expect(one.sendLagP99Us).toBe(40)
    expect(one.ownLagP99Us).toBe(30)
  })

  it('may have requests in flight at the end, wherever they were', () => {
    const sample = sampleOf({ sent: 1_000, ok: 990, unfinished: 10 })
    expect(judged(sample, { requests: 1_000, answered: 990 }).problems).toEqual([])
    expect(judged(sample, { requests: 994, answered: 993 }).problems).toEqual([])
  })

  it.each([
    ['fewer outcomes than requests', sampleOf({ sent: 1_000, ok: 999 }), 'are accounted for'],
    ['one fewer scheduled than planned', sampleOf({ sent: 999, ok: 999 }), 'where the plan has 1000'],
    [
      'requests that were never sent',
      sampleOf({ sent: 990, ok: 990 }, { scheduled: 1_000, unsent: 10 }),
      '10 requests were never sent',
    ],
    [
      'a schedule that does not add up',
      sampleOf({ sent: 990, ok: 990 }, { scheduled: 1_000, unsent: 0 }),
      '1000 scheduled, but 990 sent',
    ],
    ['a generator beyond 70 %', sampleOf({ sent: 1_000, ok: 1_000 }, { cpu: 0.8 }), '80 % of its core'],
    ['answers taken for wrong ones', sampleOf({ sent: 1_000, ok: 999, badBody: 1 }), '1 answers were taken'],
  ])('with %s is outside, and says so', (_, sample, problem) => {
    const { ok, badBody, sent } = sample.counts
    const one = judged(sample, { requests: sent, answered: ok + badBody })
    expect(one.verdict).toBe('outside')
    expect(one.problems.join('\n')).toContain(problem)
  })

  it.each([
    ['requests', { sent: 1_000, ok: 1_000 }, { requests: 1_001, answered: 1_000 }],
    ['answers', { sent: 1_000, ok: 1_000 }, { requests: 1_000, answered: 999 }],
    [
      'connections closed',
      { sent: 1_000, ok: 900, connectionError: 100 },
      { requests: 1_000, answered: 900, dropped: 99 },
    ],
    [
      'requests without an answer',
      { sent: 1_000, ok: 980, timeout: 20 },
      { requests: 1_000, answered: 980, hung: 21 },
    ],
  ])('whose %s the server counts otherwise is outside', (what, counts, server) => {
    const one = judged(sampleOf(counts), server)
    expect(one.verdict).toBe('outside')
    expect(one.problems.join('\n')).toContain(what)
  })
})

describe('the verdict over all fixtures', () => {
  const of = (...verdicts: ('within' | 'outside' | 'not-judged')[]) => {
    const one = judged(sampleOf({ sent: 1_000, ok: 1_000 }), { requests: 1_000, answered: 1_000 })
    return overallVerdict([{ measurements: verdicts.map((verdict) => ({ ...one, verdict })) }])
  }

  it('is within only where something was judged and nothing is outside', () => {
    expect(of('within', 'not-judged')).toBe('within')
    expect(of('within', 'outside')).toBe('outside')
    expect(of('not-judged')).toBe('not-judged')
    expect(of()).toBe('not-judged')
  })
})
