import { describe, expect, it } from 'vitest'
import type { CalibratedFixture, Calibration } from '../../../../src/model/studies/calibration.js'
import { calibrationDoc } from '../../../../src/report/calibration/calibration-doc.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { renderMarkdown } from '../../../../src/report/render/markdown.js'
import { renderText } from '../../../../src/report/render/text.js'

const FIXTURE: CalibratedFixture = {
  name: 'hung',
  title: '5 ms, but one in 50 never answered (timeout 1 s)',
  truth: 'server-clock',
  tolerance: { share: 0.01, us: 500 },
  measurements: [
    {
      rate: 2_000,
      seconds: 2.5,
      scheduled: 5_000,
      unsent: 0,
      counts: {
        sent: 5_000,
        ok: 4_900,
        badStatus: 0,
        badBody: 0,
        timeout: 100,
        connectionError: 0,
        unfinished: 0,
      },
      server: { requests: 5_000, answered: 4_900, dropped: 0, hung: 100 },
      percentiles: [
        {
          percentile: 50,
          expectedUs: 5_123,
          undisturbedUs: 5_123,
          measuredUs: 5_223,
          errorUs: 100,
          errorShare: 100 / 5_123,
          verdict: 'within',
        },
        {
          percentile: 99,
          expectedUs: 1_000_447,
          undisturbedUs: 1_000_447,
          measuredUs: 900_223,
          errorUs: -100_224,
          errorShare: -0.10018,
          verdict: 'outside',
        },
        {
          percentile: 99.9,
          expectedUs: null,
          undisturbedUs: null,
          measuredUs: null,
          errorUs: null,
          errorShare: null,
          verdict: 'not-judged',
        },
      ],
      sendLagP99Us: 60,
      ownLagP99Us: 40,
      generatorCpuShare: 0.3,
      pauses: {
        generator: { count: 12, share: 0.0031, longestUs: 4_200 },
        server: { count: 0, share: 0, longestUs: 0 },
      },
      largestErrors: [0.4, 1.2, 3],
      cpuPressure: 0.1,
      problems: [],
      verdict: 'outside',
    },
  ],
  peers: [
    {
      tool: 'autocannon',
      state: 'measured',
      connections: 10,
      seconds: 1,
      p50Us: 5_000,
      p90Us: 6_000,
      p99Us: 8_000,
      answers: 490,
      errors: 0,
      server: { requests: 500, answered: 490, dropped: 0, hung: 10 },
    },
    { tool: 'wrk', state: 'not-installed', reason: 'wrk is not on the PATH' },
  ],
}

const CALIBRATION: Calibration = {
  schemaVersion: 1,
  kind: 'calibrate',
  id: '2026-01-31T09-05-07-calibration',
  state: 'completed',
  tool: { name: 'rungs', version: '0.0.0' },
  startedAt: '2026-01-31T09:05:07.000Z',
  finishedAt: '2026-01-31T09:06:07.000Z',
  machine: {
    hostname: 'host',
    os: 'Linux x64',
    kernel: '6',
    cpuModel: 'cpu',
    cores: 2,
    usableCores: 2,
    memoryBytes: 1,
    memoryLimitBytes: null,
    node: 'v20',
  },
  affinity: null,
  quick: false,
  seed: 1,
  fixtures: [FIXTURE],
  verdict: 'outside',
  warnings: [],
}

describe('a calibration told', () => {
  const lines = renderText(calibrationDoc(CALIBRATION)).split('\n')

  it('shows expected, measured, error and verdict', () => {
    expect(lines.slice(1, 5)).toEqual([
      'req/s  latency  server ms  expected  measured  error ms     error  verdict',
      '2,000  p50          5.123     5.123     5.223    +0.100   +1.95 %  within',
      '       p99         1000.4    1000.4     900.2    −100.2  −10.02 %  OUTSIDE',
      '       p99.9            –         –         –         –         –  not judged',
    ])
  })

  it('shows where every request went, and what the server counted', () => {
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(
      '2,000/s: 5,000 scheduled = 4,900 ok + 100 timed out; server: 5,000 requests, 4,900 answered, 100 hung; send lag p99 0.060 ms, the generator’s own 0.040 ms; pauses: generator 12, 0.31 % of the time, longest 4.200 ms; server none; largest error of each of 3 measurements: 0.40, 1.20, 3.00 of the tolerance',
    )
  })

  it('shows what other tools say, and which are missing', () => {
    const text = lines.join(' ').replace(/\s+/g, ' ')
    expect(text).toContain(
      'autocannon, closed loop, 10 connections: p50 5.00, p90 6.00, p99 8.00 ms; 490 answers, 0 errors; server: 500 requests',
    )
    expect(text).toContain('wrk: not installed')
  })

  it('comes to a conclusion over what was judged', () => {
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('1 of 2 percentiles within tolerance')
  })

  it('fits 80 columns', () => {
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80)
  })

  it('tells what does not add up', () => {
    const [measurement] = FIXTURE.measurements
    const measurements = [{ ...measurement!, problems: ['the client counts 1 answers, the server 2'] }]
    const text = renderText(calibrationDoc({ ...CALIBRATION, fixtures: [{ ...FIXTURE, measurements }] }))
    expect(text).toContain('2,000/s: the client counts 1 answers, the server 2')
    expect(text).toMatch(/1\s+problem of counting/)
  })

  it('is a page and Markdown too, the answer first', () => {
    const page = renderDocPage(calibrationDoc(CALIBRATION))
    expect(page).toContain(
      '<strong class="bad">Outside tolerance.</strong> 1 of 2 percentiles within tolerance',
    )
    expect(page.indexOf('−100.2')).toBeGreaterThan(page.indexOf('id="instrument"'))
    const text = renderMarkdown(calibrationDoc(CALIBRATION))
    expect(text).toMatch(/^# Instrument error\n\n1 of 2 percentiles within tolerance/)
    expect(text).toContain('|  | p99 | 1000.4 | 1000.4 | 900.2 | −100.2 | −10.02 % | OUTSIDE |')
  })
})
