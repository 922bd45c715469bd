import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ladderResult } from '../../src/ladder/ladder-result.js'
import { reportModel } from '../../src/report/findings/report-model.js'
import { historyDoc } from '../../src/report/history/history-doc.js'
import { seriesOf } from '../../src/report/history/history-series.js'
import { ladderDoc } from '../../src/report/ladder/ladder-doc.js'
import { renderDocPage } from '../../src/report/render/html.js'
import { capacityDoc } from '../../src/report/search/capacity-doc.js'
import { tuneDoc } from '../../src/report/search/tune-doc.js'
import { runsHtml } from '../../src/report/site/html-runs.js'
import { indexEntry } from '../../src/report/site/run-index.js'
import { accessibilityProblems, browserOfGroup, lackOfChromium, openFile } from '../helpers/browser.js'
import { capacityResult } from '../helpers/capacity-fixture.js'
import { historyEntries } from '../helpers/history-fixture.js'
import { smallLadder } from '../helpers/ladder-fixture.js'
import { lackOf, needs } from '../helpers/needs.js'
import { makeRun } from '../helpers/run-fixture.js'
import { Sandbox } from '../helpers/rungs.js'
import { tuneResult } from '../helpers/tune-fixture.js'

declare const Chart: { getChart(id: string): { data: { labels: string[]; datasets: { data: unknown[] }[] } } }

const lackOfPostgres = await lackOf('postgres')

describe('pages in a browser', needs(lackOfChromium), () => {
  const group = browserOfGroup()

  describe('of a real run', needs(lackOfPostgres), () => {
    const sandbox = new Sandbox()
    const folder = join(sandbox.dir, 'reports')
    beforeAll(async () => {
      const where = ['--level', '0,1', '--scenario', 'simple,auth-me']
      const measured = await sandbox.run([
        'run',
        ...where,
        '--workers',
        '2',
        '--duration',
        '1',
        '--warmup',
        '0',
        '--out',
        folder,
      ])
      // What the machine does meanwhile may make it invalid (3) or miss an objective (1): the page must say so.
      expect([0, 1, 3], measured.stderr).toContain(measured.code)
      for (const args of [['report'], ['compare', 'latest:0', 'latest:1']]) {
        const { code, stderr } = await sandbox.run([...args, '--out', folder])
        expect([0, 3], stderr).toContain(code)
      }
    })
    afterAll(() => sandbox.remove())

    it('shows the result file’s figures in charts and tables, without an error or a request', async () => {
      const [id = ''] = (await readdir(folder)).filter((name) => /^\d{4}-/.test(name))
      const { rows } = reportModel([JSON.parse(await readFile(join(folder, id, 'run.json'), 'utf8'))])
      const { page, trouble } = await openFile(group.browser, join(folder, 'index.html'))
      for (const [place, scenario] of ['simple', 'auth-me'].entries()) {
        const chart = `throughput-${place + 1}`
        await page.locator(`figure[data-chart="${chart}"]`).scrollIntoViewIfNeeded()
        await page.locator(`canvas#${chart}`).waitFor()
        const medians = rows
          .filter((row) => row.scenario === scenario)
          .map((row) => row.measured?.throughput.value)
        expect(await page.evaluate((name) => Chart.getChart(name).data.datasets[0]?.data, chart)).toEqual(
          medians,
        )
        const shown = await page.locator(`#scenario-${place + 1} td:nth-child(2) .big`).allInnerTexts()
        // An arrow behind a figure says that it was still rising or falling.
        expect(shown.map((text) => Number(text.replaceAll(/[,↗↘]/g, '')))).toEqual(
          medians.map((value) => expect.closeTo(value ?? 0, -0.5)),
        )
      }
      // The question of a newcomer: 1 request/s is below whatever was measured.
      await page.locator('#ask-rate').fill('1')
      expect(await page.locator('#choice-head').innerText()).toBe('Lowest level')
      expect(await page.locator('#deploy-answer').innerText()).toContain('For 1 requests/s')
      await page.locator('#ask-rate').fill('100000000')
      expect(await page.locator('.deploy tbody tr').first().innerText()).toMatch(
        /serves [\d,]+\/s at most|not shown/,
      )
      expect(await accessibilityProblems(page)).toEqual([])
      expect(trouble).toEqual([])
      await page.close()
    })

    it('compares its levels, drawn where the table says', async () => {
      const { page, trouble } = await openFile(group.browser, join(folder, 'compare.html'))
      const ratios = await page.locator('#ratios ~ .scroll tbody td:nth-child(2)').allInnerTexts()
      const tips = await page.locator('svg.plot g title').allTextContents()
      expect(tips).toHaveLength(2)
      for (const [index, tip] of tips.entries()) expect(tip).toContain(ratios[index])
      expect(await accessibilityProblems(page)).toEqual([])
      expect(trouble).toEqual([])
      await page.close()
    })
  })

  it('draws the series of gates with their change points', async () => {
    const series = seriesOf({ file: 'a.jsonl', entries: historyEntries() })
    const file = join(group.dir, 'history.html')
    await writeFile(file, renderDocPage(historyDoc(series, '0.1.0')))
    const { page, trouble } = await openFile(group.browser, file, { dark: true })
    const plot = page.locator('svg.plot').first()
    expect(await plot.locator('circle.block').count()).toBe(24)
    const at = await plot.locator('line.change').evaluate((line) => Number(line.getAttribute('x1')))
    const dots = await plot
      .locator('circle.block')
      .evaluateAll((all) => all.map((dot) => Number(dot.getAttribute('cx'))))
    expect(dots.filter((x) => x < at)).toHaveLength(12)
    await page.locator('summary').first().click()
    expect(await page.locator('tbody tr').count()).toBe(48)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('draws a search for the capacity: a mark for each probe, the objective, the interval and the knee', async () => {
    const file = join(group.dir, 'capacity.html')
    await writeFile(file, renderDocPage(capacityDoc(capacityResult())))
    const { page, trouble } = await openFile(group.browser, file)
    expect(await page.locator('svg.plot .probe').count()).toBe(4)
    const box = async (selector: string) => {
      const found = await page.locator(selector).first().boundingBox()
      if (found === null) throw new Error(`nothing at ${selector}`)
      return found
    }
    const [held, failed, limit] = [
      await box('.probe.held'),
      await box('.probe.failed'),
      await box('.threshold'),
    ]
    expect(held.y).toBeGreaterThan(limit.y)
    expect(failed.y).toBeLessThan(limit.y)
    expect(failed.x).toBeGreaterThan(held.x)
    expect((await box('.between')).x).toBeGreaterThan(held.x)
    expect(await page.locator('#probes ~ .scroll tbody tr').count()).toBe(4)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('shows a tuning: the answer, then every candidate', async () => {
    const file = join(group.dir, 'tune.html')
    await writeFile(file, renderDocPage(tuneDoc(tuneResult())))
    const { page, trouble } = await openFile(group.browser, file)
    expect(await page.locator('h1').innerText()).toBe('Workers of level 1 (cluster), db-read')
    expect(await page.locator('#candidates ~ .scroll tbody tr').count()).toBe(3)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('shows a ladder, complete without scripts', async () => {
    const { run, ladder } = smallLadder()
    const file = join(group.dir, 'ladder.html')
    await writeFile(file, renderDocPage(ladderDoc(ladderResult(run, ladder))))
    const { page, trouble } = await openFile(group.browser, file, { dark: true })
    expect(await page.locator('h1').innerText()).toContain('1,500 simple requests/s')
    expect(await page.locator('#claims ~ .scroll td.yes').count()).toBe(1)
    const law = page.locator('figure[data-chart="ladder-growth-1"] path[stroke-dasharray]')
    expect(await law.count()).toBe(1)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('lists all runs, to be sorted and filtered', async () => {
    const runs = Array.from({ length: 30 }, (_, day) =>
      makeRun({
        id: `run-${String(day).padStart(2, '0')}`,
        startedAt: new Date(Date.UTC(2025, 0, 1 + day)).toISOString(),
        commit: `${day}`.padStart(40, 'c'),
        cells: ['Datenbank lesen und schreiben', 'simple'].map((scenario, place) => ({
          level: '0',
          scenario,
          throughput: 100 * (place + 1) + day,
        })),
      }),
    )
    const file = join(group.dir, 'runs.html')
    await writeFile(file, runsHtml(runs.map(indexEntry)))
    const { page, trouble } = await openFile(group.browser, file)
    const names = () => page.locator('#run-table tbody tr:visible th').allInnerTexts()
    expect((await names())[0]).toBe('run-29')
    const head = page.getByRole('button', { name: 'Run', exact: true })
    await head.focus()
    for (const [key, first, order] of [
      ['Enter', 'run-00', 'ascending'],
      ['Space', 'run-29', 'descending'],
    ] as const) {
      await page.keyboard.press(key)
      expect((await names())[0]).toBe(first)
      expect(await page.locator(`#run-table th[aria-sort=${order}]`).count()).toBe(1)
    }
    await page.locator('#run-table-filter input').fill('run-1')
    expect(await names()).toHaveLength(10)
    expect(await page.locator('#run-table-filter output').innerText()).toBe('10 of 30')
    await page.locator('#trend-table-filter input').fill('datenbank')
    expect(await page.locator('#trend-table tbody tr:visible').count()).toBe(1)
    expect(await page.locator('#trend-table tbody tr:visible td').nth(1).innerText()).toBe('129')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })
})
