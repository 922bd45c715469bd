import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { reportCharts } from '../../../../src/report/charts/report-charts.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { renderHtml } from '../../../../src/report/site/html.js'
import { renderMarkdown } from '../../../../src/report/site/markdown.js'
import { chartLibrary } from '../../../../src/report/site/write-report.js'
import { calibration } from '../../../helpers/calibration-fixture.js'
import { type FullRunSpec, fullRun } from '../../../helpers/full-run.js'
import { ladderRun } from '../../../helpers/ladder-run.js'
import { mixedRun } from '../../../helpers/mixed-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const LIBRARY = 'var Chart;'

/** Compares with a file of test/golden (`.txt`, so that no formatter touches it); `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../../golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
}

/** Without the scripts and what hangs on them, whose text depends on the compiler. */
function withoutScripts(page: string): string {
  return page
    .replace(/<script>[\s\S]*?<\/script>/g, '<script></script>')
    .replace(/script-src [^;]*;/, 'script-src …;')
}

it.each([
  ['ladder', [ladderRun()]],
  ['mixed', [mixedRun()]],
])('writes the %s report as before', async (name, runs) => {
  const model = reportModel(runs, ['left out: reports/x/run.json: is empty'])
  await golden(`${name}.html`, withoutScripts(renderHtml(model, LIBRARY)))
  await golden(`${name}.md.txt`, renderMarkdown(model))
})

it('gives the same bytes for the same results', () => {
  expect(renderHtml(reportModel([mixedRun()]), LIBRARY)).toBe(renderHtml(reportModel([mixedRun()]), LIBRARY))
})

it('lets only its own scripts and style run', async () => {
  const page = renderHtml(reportModel([ladderRun()]), await chartLibrary())
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '')
  const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1] ?? '')
  expect([scripts.length, styles.length]).toEqual([2, 1])
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'")
  for (const text of [...scripts, ...styles]) {
    expect(policy).toContain(`sha256-${createHash('sha256').update(text).digest('base64')}`)
  }
  expect(policy).toContain("default-src 'none'")
  expect(page).not.toMatch(/\sstyle="|\son\w+="|(?:src|href)="(?!#)|sourceMappingURL/)
})

it('is no larger for 200 runs than their list', async () => {
  const one = ladderRun()
  const runs = Array.from({ length: 200 }, (_, index) => {
    const day = new Date(Date.UTC(2025, 0, 1 + index)).toISOString()
    return { ...one, id: `run-${String(index).padStart(3, '0')}`, startedAt: day }
  })
  const size = renderHtml(reportModel(runs.slice(-1)), LIBRARY).length
  expect(renderHtml(reportModel(runs), LIBRARY).length - size).toBeLessThan(200 * 400)
})

it('stays under 2 MB with 5 levels and 8 scenarios, and under 4 MB for 8 hours', async () => {
  const library = await chartLibrary()
  const size = (spec: FullRunSpec) => Buffer.byteLength(renderHtml(reportModel([fullRun(spec)]), library))
  expect(size({ levels: 5, scenarios: 8, repeats: 3, seconds: 60 })).toBeLessThan(2_000_000)
  expect(size({ levels: 1, scenarios: 1, repeats: 1, seconds: 8 * 3_600, profile: 'soak' })).toBeLessThan(
    4_000_000,
  )
})

it('never shows a closed loop’s percentile as the latency of a level', () => {
  // 2 ms in the open loop; the fixture's service time at full load is three times that.
  const cells = [{ level: '0', scenario: 'simple', throughput: 1_000, latenciesUs: Array(6_000).fill(2_000) }]
  const without = reportModel([makeRun({ cells: cells.map((cell) => ({ ...cell, latency: null })) })])
  const model = reportModel([makeRun({ cells })])
  const page = renderHtml(model, LIBRARY)
  const places = [...page.matchAll(/<td class="num">6\.00<\/td>/g)].length
  expect(places).toBe(6)
  expect(
    /Service time at full load<span class="sub">closed loop; not the latency of a level<[^\n]*/.exec(
      page,
    )?.[0],
  ).toMatch(/(?:<td class="num">6\.00<\/td>){6}/)
  expect(renderMarkdown(model)).toContain(
    '| 600/s, 60 % of capacity, 6,000 requests | 2.00 | 2.00 | 2.00 | 0 |',
  )
  expect(renderMarkdown(without)).toContain('| – (not measured) | – | – | – | 0 |')
  expect(renderMarkdown(without)).not.toContain('6.00')
  expect(reportCharts(without).latency).toEqual([])
  expect(renderHtml(without, LIBRARY)).toContain('<p>Latency was not measured')
  expect(JSON.stringify(reportCharts(model).latency)).not.toContain('6.00 ms')
})

it('shows where every request went, and says when that does not add up', () => {
  const run = makeRun({
    cells: [{ level: '0', scenario: 'simple', throughput: 100, latency: { rate: 80, unsent: 5 } }],
  })
  const line = (phase: string) =>
    new RegExp(`<th scope="row">${phase}</th>.*`).exec(renderHtml(reportModel([run]), LIBRARY))?.[0]
  expect(line('latency')?.match(/>[\d,]+</g)).toEqual(
    ['800', '795', '0', '0', '0', '0', '0', '5'].map((text) => `>${text}<`),
  )
  expect(line('latency')).toContain('>adds up<')
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed' || !outcome.latency?.sample.open) throw new Error('expected a latency')
  outcome.latency.sample.open.unsent = 4
  expect(line('latency')).toContain('>does not add up<')
})

it('draws the server’s quantities that were seen on the phase’s time axis, and no others', () => {
  const page = renderHtml(reportModel([mixedRun()]), LIBRARY)
  const course = /<svg class="chart course".*?<\/svg>/s.exec(page)?.[0] ?? ''
  const names = [...course.matchAll(/<tspan class="name">([^<]*)</g)].map((match) => match[1])
  expect(names).toEqual([
    'Answered as expected',
    'CPU of each process tree',
    'Memory (RSS)',
    'Event-loop delay, p99',
    'Database pool',
    'Machine',
  ])
  expect(course).toMatch(
    /CPU of each process tree<\/tspan>, cores <tspan class="c0">●<\/tspan> app 0\.80–0\.90 /,
  )
})

it('has a section for objectives and for the instrument’s error only where there are any', () => {
  const plain = renderHtml(reportModel([ladderRun()]), LIBRARY)
  expect(plain).not.toMatch(/id="objectives"|id="instrument"/)
  const page = renderHtml(reportModel([mixedRun()], [], calibration()), LIBRARY)
  expect(page).toContain('<a href="#instrument">')
  expect(page).toMatch(/id="instrument".*outside tolerance.*<td>p99<\/td><td class="num">10\.000<\/td>/s)
  expect(page).toContain('<li class="wrap">The instrument was outside its tolerance')
  // Error, send lag, the generator's own part of it; and where the requests went.
  expect(page).toContain(
    '<td class="num"><strong class="bad">+1.000</strong></td><td class="num">0.080</td><td class="num">0.050</td>',
  )
  expect(page).toMatch(/<td class="num">100<\/td><td class="wrap">100 ok<\/td><td class="num">100<\/td>/)
  expect(page).toMatch(
    /id="objectives".*p99&lt;5ms.*8\.90 ms.*missed.*no verdict: latency is not valid \(noisy\)/s,
  )
})

it('fits a pull request with many scenarios', () => {
  const cells = Array.from({ length: 500 }, (_, index) => ({
    level: String(index % 5),
    scenario: `scenario ${index}`,
    throughput: 100,
    latenciesUs: [1_000],
  }))
  const text = renderMarkdown(reportModel([makeRun({ cells, durationSeconds: 1 })]))
  expect(text.length).toBeLessThan(20_000)
  expect(text).toContain('440 further rows in the HTML report')
})

it('shows findings with their severity and evidence, and folds what is well', () => {
  const model = reportModel([ladderRun()])
  const page = renderHtml(model, LIBRARY)
  const section = /id="findings".*?<\/section>/s.exec(page)?.[0] ?? ''
  const grave = model.findings.filter(({ severity }) => severity === 'warning')
  expect(grave.length).toBeGreaterThan(0)
  for (const { sentence, evidence } of grave) {
    expect(section).toContain(`Warning</strong> ${sentence}`)
    expect(section).toContain(evidence[0])
    expect(renderMarkdown(model)).toContain(`- Warning: ${sentence}`)
  }
  expect(section.indexOf('Good</strong>')).toBeGreaterThan(section.indexOf('What is as it should be'))
  expect(renderHtml(reportModel([]), LIBRARY)).not.toContain('id="findings"')
})
