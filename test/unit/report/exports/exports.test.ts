import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert as check, property, string } from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { chartSvg } from '../../../../src/markup/chart-svg.js'
import { escapeXml } from '../../../../src/markup/junit.js'
import type { Run } from '../../../../src/model/run/run.js'
import { problemsOf } from '../../../../src/model/schema/validate.js'
import { Summary, type SummaryCell } from '../../../../src/model/studies/summary.js'
import { allCharts, reportCharts } from '../../../../src/report/charts/report-charts.js'
import { summaryCsv } from '../../../../src/report/exports/csv.js'
import { hgrmFiles } from '../../../../src/report/exports/hgrm.js'
import { summaryPrometheus } from '../../../../src/report/exports/prometheus.js'
import { sloJunit } from '../../../../src/report/exports/slo-junit.js'
import { summaryOf } from '../../../../src/report/exports/summary.js'
import { writeExports } from '../../../../src/report/exports/write-exports.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { decodeHistogram } from '../../../../src/stats/estimate/histogram.js'
import { type Element, parseCsv, parsePrometheus, parseXml } from '../../../helpers/export-parsers.js'
import { mixedRun } from '../../../helpers/mixed-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const summary = (...runs: Run[]) => summaryOf(reportModel(runs), runs)

const MIXED = summary(mixedRun())

/** Compares with a file of test/golden; `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../../golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
}

function records(text: string): Record<string, string>[] {
  const [head = [], ...rows] = parseCsv(text)
  return rows.map((row) => {
    expect(row).toHaveLength(head.length)
    return Object.fromEntries(head.map((name, index) => [name, row[index] ?? '']))
  })
}

const named = (scenario: string) =>
  summary(
    makeRun({
      cells: [
        {
          level: '0',
          scenario,
          throughput: 100,
          slo: [{ rule: scenario, metric: 'p99', actual: 1, limit: 2, state: 'met', stated: true }],
        },
      ],
      durationSeconds: 1,
    }),
  )

const isMeasured = ({ phases }: SummaryCell) => phases.length > 0
const isInvalid = ({ validity }: SummaryCell['phases'][number]) => validity.state !== 'valid'

describe('the exports of a run with one of everything', () => {
  it('are as before, and fit their schema', async () => {
    expect(problemsOf(Summary, MIXED)).toEqual([])
    await golden('mixed.csv.txt', summaryCsv(MIXED))
    await golden('mixed.prom.txt', summaryPrometheus(MIXED))
    await golden('mixed.slo.junit.txt', sloJunit(MIXED))
  })

  it('never show a figure that is not valid as one that is', () => {
    const invalid = MIXED.cells.flatMap((cell) => cell.phases.filter(isInvalid))
    expect(invalid.length).toBeGreaterThan(1)
    for (const phase of invalid)
      expect(phase).toMatchObject({ figures: null, invalidFigures: { counts: {} } })
    const rows = records(summaryCsv(MIXED)).filter(({ validity }) => validity !== 'valid')
    expect(rows.length).toBeGreaterThan(invalid.length)
    for (const row of rows) {
      expect(row.reason).not.toBe('')
      for (const [name, value] of Object.entries(row)) {
        if (/_(ms|per_second|requests|share|ratio|bytes)$|^cpu_us/.test(name))
          expect([name, value]).toEqual([name, ''])
      }
    }
    const samples = parsePrometheus(summaryPrometheus(MIXED))
    const bad = samples.filter(({ name, value }) => name === 'rungs_valid' && value === 0)
    expect(bad).toHaveLength(invalid.length)
    for (const { labels } of bad) {
      const others = samples.filter(
        (one) =>
          /throughput|latency|service_time|requests_total|error_ratio/.test(one.name) &&
          one.labels.phase === labels.phase &&
          one.labels.level === labels.level &&
          one.labels.scenario === labels.scenario,
      )
      expect(others).toEqual([])
    }
  })

  it('has times in seconds for Prometheus and in ms in CSV, each as the summary has them', () => {
    const rows = records(summaryCsv(MIXED))
    const samples = parsePrometheus(summaryPrometheus(MIXED))
    for (const cell of MIXED.cells) {
      for (const { phase, figures } of cell.phases) {
        if (!figures?.times) continue
        const row = rows.find(
          (one) => one.level === cell.level.key && one.scenario === cell.scenario && one.phase === phase,
        )
        const p99Us = figures.times.p99Us ?? Number.NaN
        expect(Number(row?.p99_ms)).toBeCloseTo(p99Us / 1_000, 9)
        expect(Number(row?.time_values)).toBe(figures.times.count)
        const of = samples.filter(
          ({ name, labels }) =>
            name.startsWith(phase === 'latency' ? 'rungs_latency_seconds' : 'rungs_service_time_seconds') &&
            labels.level === cell.level.key &&
            labels.scenario === cell.scenario,
        )
        expect(of.find(({ labels }) => labels.quantile === '0.99')?.value).toBeCloseTo(p99Us / 1e6, 9)
        expect(of.find(({ name }) => name.endsWith('_count'))?.value).toBe(figures.times.count)
      }
    }
  })

  it('has a test case for each rule: missed fails, no verdict and defaults are skipped, a failed cell is an error', () => {
    const suite = parseXml(sloJunit(MIXED)).children[0] as Element
    const states = suite.children.map(({ children }) => children[0]?.name)
    const rules = MIXED.cells.flatMap(({ slo }) => slo)
    const misses = MIXED.cells.flatMap((cell) => cell.misses)
    const invalid = MIXED.cells.filter(({ phases }) => phases.some(isInvalid))
    expect(suite.children).toHaveLength(rules.length + misses.length + invalid.length)
    const stated = rules.filter((one) => one.stated)
    expect(states.filter((state) => state === 'failure')).toHaveLength(
      stated.filter(({ verdict }) => verdict === 'missed' || verdict === 'no-data').length,
    )
    expect(suite.attributes.errors).toBe(String(misses.filter(({ state }) => state === 'failed').length))
    expect(Number(suite.attributes.errors)).toBeGreaterThan(0)
    expect(states.filter((state) => state === 'system-out')).toHaveLength(
      rules.filter(({ verdict }) => verdict === 'met').length,
    )
  })

  it('tells repeats under unlike loads apart', () => {
    const cell = { level: '0', scenario: 'x', throughput: 100 }
    const unlike = summary(
      makeRun({
        cells: [
          { ...cell, repeat: 1, latency: { rate: 50 } },
          { ...cell, repeat: 2, latency: { rate: 90 } },
        ],
        durationSeconds: 1,
      }),
    )
    const offered = parsePrometheus(summaryPrometheus(unlike)).filter(({ name }) => name.includes('offered'))
    expect(offered.map(({ labels, value }) => [labels.repeats, value])).toEqual([
      ['1', 50],
      ['2', 90],
    ])
    expect(records(summaryCsv(unlike)).map(({ repeats }) => repeats)).toEqual(['1 2', '1', '2'])
  })

  it('has no figure for what was not measured', () => {
    const missed = MIXED.cells.filter((cell) => !isMeasured(cell))
    expect(missed.length).toBeGreaterThan(0)
    const rows = records(summaryCsv({ cells: missed }))
    expect(rows.map(({ validity, phase }) => [validity, phase])).toEqual(
      missed.map((cell) => [cell.misses[0]?.state, '']),
    )
  })
})

it('are well-formed of a run without a cell', () => {
  const none = summary(makeRun({ cells: [] }))
  expect(problemsOf(Summary, none)).toEqual([])
  expect(records(summaryCsv(none))).toEqual([])
  expect(parsePrometheus(summaryPrometheus(none)).filter(({ name }) => name === 'rungs_valid')).toEqual([])
  expect(parseXml(sloJunit(none)).attributes.failures).toBe('0')
  expect(hgrmFiles([], [makeRun({ cells: [] })])).toEqual([])
})

describe('whatever a scenario is called', () => {
  const HOSTILE = [
    '=cmd|"/c calc"!A1',
    'a,b\r\n"c"',
    '+1',
    '@x',
    "'quoted'",
    'a\\b"c\nd',
    ']]>&<x y="1">\u0000',
  ]

  it.each(HOSTILE)('stays text: %j', (name) => {
    const [row] = records(summaryCsv(named(name)))
    expect(row?.scenario).toBe(/^[=+@]/.test(name) ? `'${name}` : name)
    expect(parsePrometheus(summaryPrometheus(named(name)))[2]?.labels.scenario).toBe(name)
    const suite = parseXml(sloJunit(named(name))).children[0] as Element
    expect(suite.children[0]?.attributes.name).toBe(name.replace('\u0000', '�'))
  })

  it('comes back from CSV, Prometheus and XML', () => {
    const base = named('name')
    const cell = base.cells[0] as SummaryCell
    check(
      property(string({ unit: 'grapheme', minLength: 1 }), (scenario) => {
        const one = { ...base, cells: [{ ...cell, scenario }] }
        const [row] = records(summaryCsv(one))
        expect([scenario, `'${scenario}`]).toContain(row?.scenario)
        expect(row?.scenario).not.toMatch(/^[=+\-@\t\r]/)
        const valid = parsePrometheus(summaryPrometheus(one)).find(({ name }) => name === 'rungs_valid')
        expect(valid?.labels.scenario).toBe(scenario)
      }),
      { numRuns: 60 },
    )
    check(
      property(string({ unit: 'binary' }), (text) => {
        const root = parseXml(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`)
        expect(root.attributes.b).toBe(root.text)
      }),
      { numRuns: 200 },
    )
  })
})

describe('hgrm', () => {
  const run = mixedRun()
  const files = hgrmFiles(reportModel([run]).rows, [run])

  it('has a file a cell and phase; its columns rise, and its counts are those of the histogram', () => {
    const histograms = new Map<string, number>()
    for (const { outcome } of run.cells) {
      if (outcome.state !== 'completed') continue
      for (const encoded of [outcome.sample.histogram, outcome.latency?.sample.histogram ?? '']) {
        if (encoded !== '') histograms.set(encoded, decodeHistogram(encoded).totalCount)
      }
    }
    expect(files).toHaveLength(histograms.size)
    expect(files.map(({ text }) => Number(/Total count *= +(\d+)\]/.exec(text)?.[1])).sort()).toEqual(
      [...histograms.values()].sort(),
    )
    for (const { name, text } of files) {
      const lines = text.split('\n')
      expect(lines[0]).toBe('       Value     Percentile TotalCount 1/(1-Percentile)')
      const rows = lines
        .filter((line) => /^ *\d/.test(line))
        .map((line) => line.trim().split(/ +/).map(Number))
      expect(rows.length).toBeGreaterThan(3)
      rows.slice(1).forEach((row, index) => {
        for (const column of [0, 1, 2]) expect(row[column]).toBeGreaterThanOrEqual(rows[index]?.[column] ?? 0)
      })
      expect(rows.at(-1)?.slice(1)).toEqual([1, Number(/Total count *= +(\d+)\]/.exec(text)?.[1])])
      expect(name).toMatch(/\.(latency|service-time)(\.not-valid-[a-z-]+)?\.hgrm$/)
      expect(text).toContain(name.includes('not-valid') ? '#[Validity = ' : '#[Validity = valid]')
    }
    expect(files.some(({ name }) => name.includes('.not-valid-generator-bound.hgrm'))).toBe(true)
  })

  it('has file names that are names, and no two alike', () => {
    const names = files.map(({ name }) => name)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u)
  })
})

describe('files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-exports-'))
  afterAll(() => rmSync(dir, { recursive: true }))

  it('lie in exports/; those of charts that are gone are removed', async () => {
    const { files } = await writeExports([mixedRun()], dir, ['csv', 'json', 'junit', 'prometheus', 'hgrm'])
    expect(readdirSync(join(dir, 'exports')).sort()).toEqual([
      'hgrm',
      'slo.junit.xml',
      'summary.csv',
      'summary.json',
      'summary.prom',
    ])
    writeFileSync(join(dir, 'exports/hgrm/notes.txt'), 'mine')
    const fewer = await writeExports(
      [makeRun({ cells: [{ level: '0', scenario: 'x', throughput: 5 }] })],
      dir,
      ['hgrm'],
    )
    expect(fewer.files.length).toBeLessThan(files.length)
    expect(readdirSync(join(dir, 'exports/hgrm')).sort()).toEqual([
      'level-0-x.latency.hgrm',
      'level-0-x.service-time.hgrm',
      'notes.txt',
    ])
    writeFileSync(join(dir, 'file'), '')
    await expect(writeExports([mixedRun()], join(dir, 'file'), ['csv'])).rejects.toThrow(
      /exports cannot be written/,
    )
  })

  it('have each chart as well-formed SVG that refers to nothing, with hatching for what is not valid', () => {
    const charts = allCharts(reportCharts(reportModel([mixedRun()])))
    const texts = charts.map(chartSvg)
    expect(texts.length).toBeGreaterThan(3)
    for (const text of texts) {
      expect(parseXml(text).name).toBe('svg')
      expect(text).not.toMatch(/<script|href|url\((?!#hatch)/)
    }
    expect(texts.some((text) => text.includes('url(#hatch-'))).toBe(true)
  })
})
