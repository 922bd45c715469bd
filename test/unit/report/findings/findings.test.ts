import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletedOutcome, LatencyPhase } from '../../../../src/model/run/outcome.js'
import type { Run } from '../../../../src/model/run/run.js'
import { findingsOf } from '../../../../src/report/findings/findings.js'
import { type LatencySpec, latencyPhase } from '../../../helpers/latency-fixture.js'
import { type CellSpec, makeRun, type RunSpec } from '../../../helpers/run-fixture.js'

const INVALID = { state: 'generator-bound' as const, evidence: ['x'] }
const CALM: Partial<CellSpec> = { cpuPerRequestUs: 10 }

/** A run of one cell of level 0 on `simple` with the given open-loop phase, and nothing to say of its capacity. */
function runOf(latency: LatencyPhase | null, change: (outcome: CompletedOutcome) => void = () => {}): Run {
  const run = makeRun({ cells: [{ level: '0', scenario: 'simple', throughput: 1_000, ...CALM }] })
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed') throw new Error('not completed')
  outcome.latency = latency
  change(outcome)
  return run
}

/** A run whose open-loop phases are left out. */
function capacityOnly(spec: RunSpec): Run {
  const run = makeRun(spec)
  for (const { outcome } of run.cells) if (outcome.state === 'completed') outcome.latency = null
  return run
}

const texts = (run: Run) => findingsOf(run).map(({ severity, sentence }) => `${severity}: ${sentence}`)
const evidenceOf = (run: Run, part: string) =>
  findingsOf(run).find(({ sentence }) => sentence.includes(part))?.evidence ?? []

const GOOD_OPEN = [
  'good: p99 is free of spikes (level 0 on simple).',
  'good: Fewer than 0.10 % of the requests fail (level 0 on simple).',
]
const spike = {
  profile: 'spike' as const,
  stages: [15, 150, 15].map((r, i) => ({ seconds: [6, 4, 10][i]!, from: r, to: r })),
}
const back = (recoverySeconds: number | null) => ({
  kind: 'recovery' as const,
  baselineP99Us: 2_000,
  peakP99Us: 900_000,
  recoverySeconds,
})
const drift = (more: object) => ({
  kind: 'drift' as const,
  p99UsPerHour: 0,
  rssBytesPerHour: 0,
  p99Drifts: false,
  rssGrows: false,
  ...more,
})
const waiting = (...values: (number | null)[]) => ({
  atSeconds: values.map((_, i) => i),
  series: [{ of: 'worker 1', what: 'db-pool-waiting' as const, values }],
})
const pausing = (count: number, lengthUs: number) =>
  Array.from({ length: count }, (_, i): [number, number] => [i * 20_000, lengthUs])
const rising = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [
    i,
    { scheduled: 100 * (i + 1), ok: 100 * (i + 1) - (i > 6 ? 60 : 0), errors: i > 6 ? 60 : 0 },
  ]),
)

const cases: [string, LatencySpec, string | null, string][] = [
  ['exhausted connections', { unsent: 300, peakConnections: 256 }, 'red-flag', 'Connections ran out'],
  [
    'a service that fell behind, with all connections',
    { serviceUs: 3e6, peakConnections: 256, intervals: { 9: { p50Us: 1.5e6 } } },
    'red-flag',
    'Connections ran out',
  ],
  [
    'connections that were all taken for a time',
    { serviceUs: 3e6, peakConnections: 256 },
    'note',
    'For a time all connections',
  ],
  ['connections that were not all taken', { serviceUs: 3e6, peakConnections: 255 }, null, 'connections'],
  ['unsent requests without all connections busy', { unsent: 3 }, null, 'Connections ran out'],
  [
    'exhausted connections past capacity',
    { ...spike, unsent: 300, peakConnections: 256 },
    'note',
    'took all connections',
  ],
  ['no recovery', { ...spike, reading: back(null) }, 'red-flag', 'did not recover'],
  ['slow recovery', { ...spike, reading: back(5) }, 'warning', 'recovers slowly'],
  ['quick recovery', { ...spike, reading: back(2) }, 'good', 'recovers quickly'],
  [
    'a ramp that broke has nothing to recover from',
    {
      profile: 'ramp',
      stages: [10, 150].map((r) => ({ seconds: 5, from: r, to: r })),
      reading: { kind: 'breaking-point', goodRate: 1, brokeAtRate: 2, why: 'x', recoverySeconds: null },
    },
    null,
    'recover',
  ],
  [
    'a leak',
    { profile: 'soak', seconds: 600, rate: 10, reading: drift({ rssGrows: true, rssBytesPerHour: 6e8 }) },
    'red-flag',
    'Memory grows without end',
  ],
  [
    'growth in a short soak',
    { profile: 'soak', seconds: 60, rate: 10, reading: drift({ rssGrows: true, rssBytesPerHour: 6e8 }) },
    'warning',
    'a longer soak tells',
  ],
  [
    'growth that is too small to matter',
    { profile: 'soak', seconds: 600, rate: 10, reading: drift({ rssGrows: true, rssBytesPerHour: 6e6 }) },
    null,
    'Memory',
  ],
  [
    'a slope that may be none',
    { profile: 'soak', seconds: 600, rate: 10, reading: drift({ rssBytesPerHour: 6e8 }) },
    null,
    'Memory',
  ],
  [
    'a drift of latency',
    { profile: 'soak', seconds: 600, rate: 10, reading: drift({ p99Drifts: true, p99UsPerHour: 6_000 }) },
    'warning',
    'Latency drifts',
  ],
  [
    'latency that falls',
    { profile: 'soak', seconds: 600, rate: 10, reading: drift({ p99Drifts: true, p99UsPerHour: -6_000 }) },
    null,
    'Latency drifts',
  ],
  ['errors that grow with the load', { profile: 'ramp', intervals: rising }, 'warning', 'Errors grow'],
  ['errors under a steady load', { badStatus: 20 }, 'warning', 'Requests fail'],
  ['a p99 spike', { p99Us: [2e3, 2e3, 2e3, 25e3, 2e3, 2e3] }, 'warning', 'p99 has spikes'],
  ['too few seconds for a spike', { p99Us: [2e3, 2e3, 2e3, 25e3] }, null, 'spikes'],
  ['a machine that stands still', { pauses: pausing(20, 4_000) }, 'note', 'machine itself stood still'],
  ['a machine that seldom does', { pauses: pausing(2, 4_000) }, null, 'machine itself'],
  ['pauses that are short beside p99', { pauses: pausing(400, 300) }, null, 'machine itself'],
  ['waiting for the pool', { timeline: waiting(0, 3, 1, null) }, 'warning', 'below full load'],
  ['waiting for the pool now and then', { timeline: waiting(0, 0, 1) }, null, 'below full load'],
]

describe('what the open loop shows', () => {
  it('is good where nothing is wrong', () => {
    expect(texts(runOf(latencyPhase()))).toEqual(GOOD_OPEN)
  })

  it('counts what was never sent as an error that grows', () => {
    const intervals = Object.fromEntries(Object.entries(rising).map(([i, one]) => [i, { ...one, errors: 0 }]))
    expect(evidenceOf(runOf(latencyPhase({ profile: 'ramp', intervals })), 'Errors grow')).toEqual([
      'level 0 on simple: 4.5 % errors above 550 requests/s, 0 % below',
    ])
  })

  it.each(cases)('%s', (_, spec, severity, part) => {
    const found = (phase: LatencyPhase) =>
      findingsOf(runOf(phase)).filter(({ sentence }) => sentence.includes(part))
    expect(found(latencyPhase(spec)).map((finding) => finding.severity)).toEqual(severity ? [severity] : [])
    expect(found(latencyPhase({ ...spec, validity: INVALID }))).toEqual([])
  })

  it('tells the figures', () => {
    expect(evidenceOf(runOf(latencyPhase({ unsent: 300, peakConnections: 256 })), 'ran out')).toEqual([
      'level 0 on simple: all 256 connections were busy, and 300 of 1,000 requests were never sent',
    ])
    expect(evidenceOf(runOf(latencyPhase({ p99Us: [2e3, 2e3, 2e3, 25e3, 2e3, 2e3] })), 'spikes')).toEqual([
      'level 0 on simple: 1 second beyond 10 times the middle: up to 25.0 ms, 2.00 ms in the middle',
    ])
  })

  it('puts the gravest first', () => {
    const phase = latencyPhase({ unsent: 300, peakConnections: 256 })
    expect(findingsOf(runOf(phase)).map(({ severity }) => severity)).toEqual(['red-flag', 'warning', 'good'])
  })
})

describe('what repeats show together', () => {
  it('recovery is quick only where it was in each', () => {
    const run = (...seconds: (number | null)[]) => {
      const cells = seconds.map((_, i): CellSpec => {
        return { level: '0', scenario: 'simple', repeat: i + 1, throughput: 1_000, ...CALM }
      })
      const made = makeRun({ cells })
      made.cells.forEach(({ outcome }, i) => {
        if (outcome.state === 'completed')
          outcome.latency = latencyPhase({ ...spike, reading: back(seconds[i]!) })
      })
      return texts(made).filter((text) => text.includes('recover'))
    }
    expect(run(1, 2)).toEqual(['good: The service recovers quickly from an overload (level 0 on simple).'])
    expect(run(1, 5)).toEqual(['warning: The service recovers slowly from an overload (level 0 on simple).'])
    expect(run(1, null)).toEqual([
      'red-flag: The service did not recover from an overload while measured (level 0 on simple).',
    ])
  })
})

describe('cells that are not valid', () => {
  const state = fc.constantFrom('generator-bound', 'unreconciled', 'noisy', 'no-data')
  const invalid = state.map((state) => ({ state, evidence: ['x'] }))
  const cell = fc.record({
    scenario: fc.constantFrom('simple', 'other'),
    spec: fc.constantFrom(...cases.map(([, spec]) => spec)),
    capacity: invalid,
    latency: invalid,
    shares: fc.constantFrom<number[]>([9_000, 1_000], [5_000, 5_000]),
    badBody: fc.nat(5),
    cpuPerRequestUs: fc.constantFrom(1, 5_000),
    generatorCpu: fc.constantFrom(0.3, 0.85),
  })

  it('are in no finding, whatever they show', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (specs) => {
        const run = makeRun({
          cells: [
            { level: '0', scenario: 'simple', throughput: 1_000 },
            ...specs.map(({ scenario, shares, capacity, cpuPerRequestUs }, i): CellSpec => {
              const validity = capacity
              return {
                level: '1',
                scenario,
                repeat: i + 1,
                throughput: 500,
                shares,
                cpuPerRequestUs,
                validity,
              }
            }),
          ],
        })
        run.cells.slice(1).forEach(({ outcome }, i) => {
          const { spec, latency, badBody, generatorCpu } = specs[i]!
          if (outcome.state !== 'completed') throw new Error('not completed')
          outcome.latency = latencyPhase({ ...spec, validity: latency })
          outcome.sample.counts.badBody = badBody
          outcome.sample.generator.cpuShare = generatorCpu
          outcome.server.timeline = waiting(2, 2)
        })
        const without = { ...run, cells: run.cells.slice(0, 1) }
        expect(findingsOf(run)).toEqual(findingsOf(without))
        expect(JSON.stringify(findingsOf(run))).not.toContain('level 1')
      }),
      { numRuns: 60 },
    )
  })

  it('are those of which one repeat is not valid, too', () => {
    const cells = (second: CellSpec['validity']): CellSpec[] =>
      [undefined, second].map((validity, i) => ({
        level: '1',
        scenario: 'simple',
        repeat: i + 1,
        throughput: 1_000,
        shares: [9_000, 1_000],
        ...(validity ? { validity, latency: { validity } } : {}),
      }))
    expect(findingsOf(makeRun({ cells: cells(undefined) }))).not.toEqual([])
    expect(findingsOf(makeRun({ cells: cells(INVALID) }))).toEqual([])
  })

  it('give findings once they are valid', () => {
    const cells: CellSpec[] = [{ level: '1', scenario: 'simple', throughput: 1_000, shares: [9_000, 1_000] }]
    expect(JSON.stringify(findingsOf(makeRun({ cells })))).toContain('level 1')
  })
})

describe('what the closed loop shows', () => {
  const shares = (...shares: number[]) =>
    capacityOnly({ cells: [{ level: '1', scenario: 'simple', throughput: 1_000, ...CALM, shares }] })

  it('an uneven and an even spread over the workers', () => {
    expect(texts(shares(7_800, 2_200))).toEqual([
      'warning: Requests are unevenly spread over the workers (level 1 on simple).',
    ])
    expect(evidenceOf(shares(7_800, 2_200), 'unevenly')).toEqual([
      'level 1 on simple: 78.0 % went to one of 2 workers, 1.56× its part',
    ])
    expect(texts(shares(5_100, 4_900))).toEqual([
      'good: Requests are evenly spread over the workers (level 1 on simple).',
    ])
    expect(texts(shares(6_700, 3_300))).toEqual([])
    expect(texts(shares(9, 1))).toEqual([])
  })

  const usage = (web: number, postgres: number) =>
    runOf(null, ({ server, sample }) => {
      for (const one of server.usage) one.cpuUs = (one.role === 'web' ? web : postgres) * sample.durationUs
    })

  it.each([
    // Level 0 has one worker on two cores of its own.
    [0.95, 0.2, ["note: The service's own CPU is what limits its capacity (level 0 on simple)."]],
    [
      0.6,
      1.3,
      ['note: The services behind it take most of the CPU, and there is none left (level 0 on simple).'],
    ],
    [0.5, 0.5, []],
  ])('whose CPU ran out at %d cores of the service and %d of the database', (web, postgres, expected) => {
    expect(texts(usage(web, postgres))).toEqual(expected)
  })

  it('waiting for the pool, a generator near its limit, wrong bodies', () => {
    expect(texts(runOf(null, ({ server }) => (server.timeline = waiting(2, 2))))).toEqual([
      'note: Requests wait for a database connection at full load (level 0 on simple).',
    ])
    expect(texts(runOf(null, ({ sample }) => (sample.generator.cpuShare = 0.8)))).toEqual([
      expect.stringContaining('note: The load generator was near its own limit'),
    ])
    const wrong = runOf(null, ({ sample }) => (sample.counts.badBody = 3))
    expect(texts(wrong)).toEqual([expect.stringMatching(/^red-flag: Wrong data/)])
  })

  it('says nothing of a cell that is not valid, nor of one that failed', () => {
    const wrong = runOf(null, (outcome) => {
      outcome.sample.counts.badBody = 3
      outcome.validity = INVALID
    })
    expect(findingsOf(wrong)).toEqual([])
    const outcome = { state: 'skipped' as const, reason: 'x', fix: null }
    expect(findingsOf(makeRun({ cells: [{ level: '0', scenario: 'simple', outcome }] }))).toEqual([])
  })
})

describe('scaling over workers', () => {
  function scaling(one: number[], two: number[], more: Partial<RunSpec> = {}) {
    const cells = [one, two].flatMap((values, level) =>
      values.map((throughput, i): CellSpec => {
        return {
          level: String(level),
          scenario: 'simple',
          repeat: i + 1,
          throughput,
          cpuPerRequestUs: 1,
          shares: [1],
        }
      }),
    )
    return findingsOf(makeRun({ cells, ...more })).filter(({ sentence }) => sentence.startsWith('On simple'))
  }

  it.each([
    ['good', [100], [190], 'On simple, level 1 scales nearly with its workers.'],
    ['warning', [100], [130], 'On simple, level 1 scales less than its workers.'],
    ['warning', [100, 104], [130, 140], 'On simple, level 1 scales less than its workers.'],
    [
      'note',
      [90, 110],
      [150, 180],
      'On simple, level 1 may or may not scale with its workers: its repeats lie on both sides.',
    ],
  ])('%s: %j to %j', (severity, one, two, sentence) => {
    expect(scaling(one, two)).toEqual([expect.objectContaining({ severity, sentence })])
  })

  it('tells the figures, and which cells they are of', () => {
    expect(scaling([90, 110], [150, 180])).toMatchObject([
      {
        evidence: [
          'level 1 on simple: 1.65× level 0 (1.36× to 2.00× over the repeats), of 2.00× that 2 workers on 2 cores promise',
        ],
        cells: [
          { level: '0', scenario: 'simple' },
          { level: '1', scenario: 'simple' },
        ],
      },
    ])
  })

  it('promises no more than the cores, and nothing where the generator shares them', () => {
    const affinity = { generator: [0], service: [1] }
    expect(scaling([100], [101], { settings: { affinity } })).toEqual([])
    expect(scaling([100], [101], { settings: { affinity: null } })).toEqual([])
  })

  it('promises as many small cores as workers under a CPU quota', () => {
    const settings = { affinity: { generator: [0], service: [1] }, workerCpus: 0.1 }
    expect(scaling([100], [190], { settings })).toMatchObject([
      {
        severity: 'good',
        evidence: [
          'level 1 on simple: 1.90× level 0, of 2.00× that 2 workers with 0.1 of a core each promise',
        ],
      },
    ])
  })

  it('is told of the cells together that show the same', () => {
    const cells = ['a', 'b', 'c'].map((scenario): CellSpec => {
      return { level: '1', scenario, throughput: 1_000, ...CALM, shares: [9_000, 1_000] }
    })
    const [finding, ...others] = findingsOf(capacityOnly({ cells }))
    expect(others).toEqual([])
    expect(finding?.sentence).toBe(
      'Requests are unevenly spread over the workers (level 1 on a and 2 other cells).',
    )
    expect([finding?.evidence.length, finding?.cells.length]).toEqual([3, 3])
  })
})
