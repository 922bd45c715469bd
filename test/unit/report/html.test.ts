import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { renderHtml } from '../../../src/report/html.js'
import { renderMarkdown } from '../../../src/report/markdown.js'
import { reportModel } from '../../../src/report/report-model.js'
import { chartLibrary } from '../../../src/report/write-report.js'
import { mixedRun } from '../../helpers/mixed-run.js'
import { ladderRun, makeRun } from '../../helpers/run-fixture.js'

const LIBRARY = 'var Chart;'

/** Compares with a file of test/golden (`.txt`, so that no formatter touches it); `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../golden/${name}`, import.meta.url)
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

it('labels latencies as service time at full load wherever they stand', () => {
  const model = reportModel([ladderRun()])
  for (const text of [renderHtml(model, LIBRARY), renderMarkdown(model)]) {
    expect(text).toContain('at full load (closed loop)')
    expect(text).toMatch(/not (?:the latency that|what) users see at a given rate/)
  }
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
