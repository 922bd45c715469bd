import { describe, expect, it } from 'vitest'
import { mergedSamples, percentileText } from '../../../../src/figures/latency.js'
import { allCharts, reportCharts } from '../../../../src/report/charts/report-charts.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { ladderRun } from '../../../helpers/ladder-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const texts = (model: ReturnType<typeof reportModel>, kind: 'finding' | 'caution') =>
  model.answers
    .filter((answer) => answer.kind === kind)
    .map((answer) => `${answer.text} ${answer.detail ?? ''}`.trim())

const rowOf = (model: ReturnType<typeof reportModel>, key: string, scenario = 'db-read') => {
  const row = model.rows.find((each) => each.level.key === key && each.scenario === scenario)
  if (row === undefined) throw new Error(`no row for level ${key}, ${scenario}`)
  return row
}

const repeated = (level: string, values: number[], more = {}) =>
  values.map((throughput, index) => ({ level, scenario: 'db-read', repeat: index + 1, throughput, ...more }))

describe('repeats', () => {
  it('gives the median with the range, and percentiles of all values together', () => {
    const cell = { level: '0', scenario: 'db-read' }
    const run = makeRun({
      cells: [
        { ...cell, repeat: 1, throughput: 100, latenciesUs: [1_000], latency: { rate: 98 } },
        { ...cell, repeat: 2, throughput: 300, latenciesUs: [50_000, 60_000], latency: { rate: 96 } },
        { ...cell, repeat: 3, throughput: 140, latenciesUs: [], latency: { rate: 100 } },
      ],
      durationSeconds: 1,
    })
    const { measured } = rowOf(reportModel([run]), '0')
    expect(measured?.throughput).toMatchObject({ value: 140, min: 100, max: 300 })
    // 98 values of 1 ms, 48 of 50 ms and 48 of 60 ms: p50 is 1 ms and p75 50 ms. A mean of percentiles gives others.
    const latency = measured?.latency?.latency
    expect(latency?.count).toBe(194)
    expect(latency?.p50Us).toBeCloseTo(1_000, -1)
    expect(Math.abs((latency?.p90Us ?? 0) - 60_000)).toBeLessThan(60)
    expect(measured?.latency?.rate).toEqual({ min: 96, max: 100 })
  })

  it('is valid only when every repeat is', () => {
    const bound = { state: 'generator-bound' as const, evidence: ['generator at 97 %'] }
    const cells = repeated('0', [100, 101])
    const model = reportModel([makeRun({ cells: [cells[0]!, { ...cells[1]!, validity: bound }] })])
    expect(rowOf(model, '0').measured?.validity).toEqual({
      state: 'generator-bound',
      evidence: ['repeat 2: generator at 97 %'],
    })
  })

  it('says once what is wrong with all repeats alike', () => {
    const noisy = { state: 'noisy' as const, evidence: ['its 2 repeats lie 40 % apart'] }
    const cells = repeated('0', [100, 150]).map((cell) => ({ ...cell, validity: noisy }))
    expect(rowOf(reportModel([makeRun({ cells })]), '0').measured?.validity).toEqual(noisy)
  })

  it('keeps the figures of a level whose later repeat failed, and says so', () => {
    const failed = {
      state: 'failed' as const,
      stage: 'boot' as const,
      error: 'port in use',
      log: [],
      sample: null,
    }
    const cells = [...repeated('0', [100]), { level: '0', scenario: 'db-read', repeat: 2, outcome: failed }]
    const row = rowOf(reportModel([makeRun({ cells })]), '0')
    expect(row.measured?.throughput.value).toBe(100)
    expect(row.notes).toEqual(['1 of 2 repeats gave no figure: port in use'])
  })

  it('weighs CPU per request by the requests of each repeat', () => {
    const cells = [
      { level: '0', scenario: 'db-read', repeat: 1, throughput: 100, cpuPerRequestUs: 100 },
      { level: '0', scenario: 'db-read', repeat: 2, throughput: 300, cpuPerRequestUs: 200 },
    ]
    expect(rowOf(reportModel([makeRun({ cells })]), '0').measured?.cpuPerRequestUs).toBeCloseTo(175)
  })

  it('shows the workers of the least even repeat', () => {
    const cells = [
      { level: '1', scenario: 'db-read', repeat: 1, throughput: 100, shares: [500, 500] },
      { level: '1', scenario: 'db-read', repeat: 2, throughput: 100, shares: [900, 100] },
    ]
    const { measured } = rowOf(reportModel([makeRun({ cells })]), '1')
    expect(measured?.workers).toMatchObject({ repeat: 2, skew: 1.8 })
  })

  it('costs the latency figures, and nothing else, when a histogram cannot be read', () => {
    const run = makeRun({ cells: repeated('0', [100]) })
    const outcome = run.cells[0]?.outcome
    if (outcome?.state !== 'completed') throw new Error('expected a completed cell')
    outcome.sample.histogram = 'bm90IGEgaGlzdG9ncmFt'
    expect(() => mergedSamples([outcome.sample])).toThrow()
    const model = reportModel([run])
    expect(rowOf(model, '0').measured).toMatchObject({ fullLoad: null, throughput: { value: 100 } })
    expect(model.warnings.map((warning) => warning.text).join()).toContain('histogram cannot be read')
  })
})

it('marks percentiles that are lower bounds, since requests never ended', () => {
  const figures = {
    p50Us: 1_000,
    p90Us: 1_500,
    p95Us: 2_000,
    p99Us: 3_000,
    p999Us: 3_000,
    maxUs: 3_000,
    count: 100,
  }
  const texts = (censored: number) =>
    ([50, 95, 99] as const).map((p) => percentileText({ ...figures, censored }, p))
  expect(texts(0)).toEqual(['1.00', '2.00', '3.00'])
  expect(texts(2)).toEqual(['1.00', '2.00', '≥ 3.00'])
  expect(texts(60)).toEqual(['≥ 1.00', '≥ 2.00', '≥ 3.00'])
})

describe('speed-up', () => {
  it('is the ratio of the medians against the lowest level, with the widest range of the repeats', () => {
    const model = reportModel([
      makeRun({ cells: [...repeated('0', [100, 110, 90]), ...repeated('2', [200, 220, 180])] }),
    ])
    expect(rowOf(model, '2').speedup).toMatchObject({
      value: 2,
      range: { low: 180 / 110, high: 220 / 90 },
      sameRun: true,
    })
    expect(rowOf(model, '0').speedup).toBeNull()
    expect(texts(model, 'finding')).toEqual([
      'On db-read, level 2 serves 2.00× level 0, with p99 8.27 ms at 108–132 requests/s (60 % of capacity). 200 against 100 requests/s; 1.64× to 2.44× over the repeats',
    ])
    expect(texts(model, 'caution')).toEqual([])
  })

  it('has no range with one repeat, and says that its uncertainty is unknown', () => {
    const model = reportModel([makeRun({ cells: [...repeated('0', [100]), ...repeated('2', [200])] })])
    expect(rowOf(model, '2').speedup).toMatchObject({ value: 2, range: null })
    expect(texts(model, 'caution').join()).toContain('no stated uncertainty')
  })

  it('is taken from the next level when the lowest is not valid, and none is drawn from an invalid one', () => {
    const noisy = { validity: { state: 'noisy' as const, evidence: ['steal 12 %'] } }
    const cells = [...repeated('0', [100], noisy), ...repeated('1', [150]), ...repeated('2', [300])]
    const model = reportModel([makeRun({ cells })])
    expect(rowOf(model, '0').speedup).toBeNull()
    expect(rowOf(model, '1').speedup).toBeNull()
    expect(rowOf(model, '2').speedup).toMatchObject({ value: 2, base: rowOf(model, '1').level })
    expect(texts(model, 'finding').join()).toContain('level 2 serves 2.00× level 1')
    expect(texts(model, 'caution').join()).toContain('1 of 3 cells has a capacity that is not valid')
  })

  it('does not call a difference a gain when the repeats overlap', () => {
    const cells = [...repeated('0', [100, 120, 110]), ...repeated('2', [118, 105, 113])]
    const [finding] = texts(reportModel([makeRun({ cells })]), 'finding')
    expect(finding).toContain('level 2 and level 0 cannot be told apart')
  })

  it('prefers a certain gain to a larger one that may be none', () => {
    const cells = [...repeated('0', [100, 101]), ...repeated('1', [120, 121]), ...repeated('2', [95, 180])]
    const [finding] = texts(reportModel([makeRun({ cells })]), 'finding')
    expect(finding).toContain('level 1 serves 1.20× level 0')
    expect(finding).toContain('level 2 cannot be told apart from it')
  })

  it('concludes nothing when no figure is valid', () => {
    const bound = { validity: { state: 'generator-bound' as const, evidence: [] } }
    const model = reportModel([
      makeRun({ cells: [...repeated('0', [1], bound), ...repeated('2', [9], bound)] }),
    ])
    expect(texts(model, 'finding')).toEqual(['No figure is valid, so no level can be compared with another.'])
  })
})

describe('latency', () => {
  const noisy = { validity: { state: 'noisy' as const, evidence: ['steal 12 %'] } }

  it('is put together over repeats at like rates alone', () => {
    const like = reportModel([makeRun({ cells: repeated('0', [100, 110]) })])
    expect(rowOf(like, '0').measured).toMatchObject({
      latency: { repeats: [1, 2], rate: { min: 60, max: 66 }, share: 0.6 },
      latencyNote: null,
    })
    const { measured } = rowOf(reportModel([makeRun({ cells: repeated('0', [100, 200]) })]), '0')
    expect(measured?.latency).toBeNull()
    expect(measured?.phases.map((phase) => phase.rate.min)).toEqual([60, 120])
    expect(measured?.latencyNote).toContain('unlike loads (60.0–120 requests/s)')
  })

  it('says of how many repeats it is', () => {
    const [first, second] = repeated('0', [100, 100])
    const cells = [first!, { ...second!, latency: null }]
    const { measured } = rowOf(reportModel([makeRun({ cells })]), '0')
    expect(measured?.latency?.repeats).toEqual([1])
    expect(measured?.latencyNote).toBe('latency of 1 of 2 repeats')
  })

  it('is concluded from only where its phase is valid, whatever the capacity is', () => {
    const cells = [...repeated('0', [100], { latency: noisy }), ...repeated('2', [200])]
    const model = reportModel([makeRun({ cells })])
    expect(rowOf(model, '2').speedup?.value).toBe(2)
    expect(texts(model, 'caution').join()).toContain('The latency of 1 of 2 cells is not valid')
    const alone = reportModel([makeRun({ cells: repeated('0', [100], { latency: noisy }) })])
    expect(texts(alone, 'finding')).toEqual(['On db-read, level 0 serves 100 requests/s.'])
  })

  it('gives the profile’s reading as a finding, unless the phase is not valid', () => {
    const reading = { kind: 'recovery' as const, baselineP99Us: 1_000, peakP99Us: 9_000, recoverySeconds: 3 }
    const findings = (more: object) =>
      texts(
        reportModel([
          makeRun({ cells: repeated('0', [100], { latency: { profile: 'spike', reading, ...more } }) }),
        ]),
        'finding',
      ).join()
    expect(findings({})).toContain('level 0: p99 went from 1.00 ms to 9.00 ms in the spike')
    expect(findings(noisy)).not.toContain('in the spike')
  })

  it('shows the repeat of the highest p99 in the details', () => {
    const [first, second] = repeated('0', [100, 100])
    const cells = [
      { ...first!, latenciesUs: [1_000] },
      { ...second!, latenciesUs: [9_000] },
    ]
    const { measured } = rowOf(reportModel([makeRun({ cells })]), '0')
    expect(measured?.courses.map(({ phase, repeat }) => [phase, repeat])).toEqual([
      ['capacity', 2],
      ['latency', 2],
    ])
  })

  it('counts what was never sent among the failures', () => {
    const cells = repeated('0', [100], { latency: { rate: 50, unsent: 20 } })
    expect(rowOf(reportModel([makeRun({ cells })]), '0').measured?.failed).toEqual({ count: 20, of: 1_500 })
  })
})

describe('several runs', () => {
  const older = makeRun({ id: 'older', startedAt: '2025-11-20T09:00:00.000Z', cells: repeated('0', [100]) })
  const newer = makeRun({ id: 'newer', startedAt: '2025-11-21T09:00:00.000Z', cells: repeated('2', [200]) })

  it('puts comparable runs together, and marks what was not interleaved', () => {
    const model = reportModel([newer, older])
    expect(model.rows.map((row) => row.runId)).toEqual(['older', 'newer'])
    expect(rowOf(model, '2').speedup).toMatchObject({ value: 2, low: null, sameRun: false })
    expect(texts(model, 'caution').join()).toContain('were not interleaved')
  })

  it('takes each figure from the newest run that completed it', () => {
    const again = makeRun({ id: 'again', startedAt: '2025-11-22T09:00:00.000Z', cells: repeated('0', [130]) })
    expect(rowOf(reportModel([older, again, newer]), '0')).toMatchObject({ runId: 'again' })
  })

  it('keeps an older figure when the newer attempt failed, and says so', () => {
    const outcome = { state: 'failed' as const, stage: 'boot' as const, error: 'no', log: [], sample: null }
    const cells = [{ level: '0', scenario: 'db-read', outcome }]
    const broken = makeRun({ id: 'broken', startedAt: '2025-11-22T09:00:00.000Z', cells })
    const row = rowOf(reportModel([older, broken]), '0')
    expect(row.runId).toBe('older')
    expect(row.notes).toEqual(['in the newer run broken it failed (boot)'])
  })

  it.each([
    ['another CPU', { machine: { cpuModel: 'Intel Xeon' } }],
    ['fewer usable cores', { machine: { usableCores: 2 } }],
    ['another Node', { machine: { node: 'v22.0.0' } }],
    ['another host', { machine: { hostname: 'bench-2' } }],
    ['other connections', { settings: { connections: 64 } }],
    ['another timeout', { settings: { timeoutSeconds: 1 } }],
    ['shared cores', { settings: { affinity: null } }],
  ])('never mixes in a run with %s', (_what, unlike) => {
    const other = makeRun({
      id: 'other',
      startedAt: '2025-11-19T09:00:00.000Z',
      cells: repeated('1', [150]),
      ...unlike,
    })
    const model = reportModel([older, newer, other])
    expect(model.rows.map((row) => row.level.key)).toEqual(['0', '2'])
    expect(model.leftOut.map((group) => group.runIds)).toEqual([['other']])
    expect(model.leftOut[0]?.differences).toHaveLength(1)
    expect(texts(model, 'caution').join()).toContain('1 run of another machine or with other settings')
  })

  it('takes findings from the cells of the ladder alone', () => {
    const uneven = (id: string, startedAt: string, shares: number[]) =>
      makeRun({ id, startedAt, cells: repeated('1', [100], { shares }) })
    const before = uneven('before', '2025-11-18T09:00:00.000Z', [990, 10])
    const after = uneven('after', '2025-11-19T09:00:00.000Z', [500, 500])
    const sentences = (runs: (typeof before)[]) =>
      reportModel(runs)
        .findings.map((finding) => finding.sentence)
        .join()
    expect(sentences([before])).toContain('unevenly')
    expect(sentences([before, after])).not.toContain('unevenly')
  })

  it('never mixes cells of one scenario with other numbers of connections', () => {
    const other = structuredClone(older)
    for (const scenario of other.scenarios) scenario.connections = 8
    const model = reportModel([other, newer])
    expect(model.rows.map((row) => row.runId)).toEqual(['newer'])
    expect(model.warnings[0]?.text).toContain('8 connections, timeout 10 s there, 32 connections')
  })
})

describe('cautions', () => {
  it('says that a run with fewer cores than workers cannot show what more workers give', () => {
    const cells = [...repeated('0', [100]), ...repeated('1', [101])]
    const settings = { affinity: { generator: [0], service: [1] } }
    expect(texts(reportModel([makeRun({ cells, settings })]), 'caution')[0]).toBe(
      'Level 1 ran 2 workers on 1 core (core 1): this run cannot show what more workers give.',
    )
  })

  it('says on every chart and in the cautions which CPU quota workers had, and mixes no unlike ones', () => {
    const settings = { affinity: { generator: [0], service: [1] }, workerCpus: 0.1 }
    const cells = ['0', '1'].map((level) => ({ level, scenario: 'simple', throughput: 100 }))
    const limited = makeRun({ id: 'limited', startedAt: '2025-11-22T09:00:00.000Z', cells, settings })
    const model = reportModel([
      makeRun({ id: 'free', cells, settings: { ...settings, workerCpus: null } }),
      limited,
    ])
    expect(texts(model, 'caution')[0]).toMatch(/^Each worker had 0\.1 of a core \(CPU quota\)/)
    for (const { title } of allCharts(reportCharts(model)))
      expect(title).toMatch(/\(each worker 0\.1 of a core\)$/)
    expect(model.leftOut).toMatchObject([{ runIds: ['free'], differences: [{ what: 'CPU of a worker' }] }])
  })

  it('says that cores were shared, and what an interrupted run did not measure', () => {
    const run = makeRun({ cells: repeated('0', [100]), state: 'interrupted', settings: { affinity: null } })
    run.plan.push({ level: '1', scenario: 'db-read', repeat: 1 })
    const cautions = texts(reportModel([run]), 'caution').join('\n')
    expect(cautions).toContain('shared the same cores')
    expect(cautions).toContain('was interrupted: 1 of its 2 cells was not measured')
  })

  it('reports a run of which every cell failed', () => {
    const outcome = { state: 'skipped' as const, reason: 'no Postgres', fix: 'npm install' }
    const model = reportModel([makeRun({ cells: [{ level: '0', scenario: 'db-read', outcome }] })])
    expect(texts(model, 'finding')[0]).toContain('No cell completed')
    expect(model.rows[0]?.misses[0]).toMatchObject({
      state: 'skipped',
      reason: 'no Postgres',
      fix: 'npm install',
    })
  })
})

it('does not depend on the order of the runs', () => {
  const runs = [ladderRun(), ladderRun({ id: 'b', startedAt: '2025-11-23T09:00:00.000Z', seed: 3 })]
  expect(reportModel(runs)).toEqual(reportModel([...runs].reverse()))
})
