import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gateDoc } from '../../src/report/gate/gate-doc.js'
import { slowdown } from '../../src/report/gate/gate-text.js'
import { renderDocPage } from '../../src/report/render/html.js'
import { browserOfGroup, lackOfChromium, openFile } from '../helpers/browser.js'
import { needs } from '../helpers/needs.js'
import { undecided } from '../unit/report/gate/gate-results.js'

describe('the page of a gate in a browser', needs(lackOfChromium), () => {
  const group = browserOfGroup()

  it('draws each block where its figure says, without an error or a request', async () => {
    const result = undecided()
    const [row] = result.decision?.rows ?? []
    if (row === undefined) throw new Error('no row')
    const file = join(group.dir, 'gate.html')
    await writeFile(file, renderDocPage(gateDoc(result)))
    const { page, trouble } = await openFile(group.browser, file, { width: 390 })

    const plot = page.locator('svg.plot').first()
    expect(await plot.isVisible()).toBe(true)
    const heights = await plot
      .locator('.block')
      .evaluateAll((marks) => marks.map((mark) => mark.getBoundingClientRect().y))
    const byFigure = row.differences
      .map((_, i) => i)
      .sort((a, b) => row.differences[b]! - row.differences[a]!)
    const byHeight = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!)
    expect(byHeight).toEqual(byFigure)
    const dropped = await plot
      .locator('.dropped')
      .evaluateAll((marks) =>
        marks.map((mark) => ({ fill: getComputedStyle(mark).fill, text: mark.textContent })),
      )
    expect(dropped).toEqual(
      ['head', 'base'].map((first, i) => ({
        fill: 'none',
        text: expect.stringMatching(
          `^block ${11 + i} \\(${first} first\\): \\+[\\d.]+ %, disturbed: noisy: 9 % of the CPU time went to other machines$`,
        ),
      })),
    )

    await page.locator('summary').click()
    const cells = await page.locator('details tbody tr').first().locator('td').allInnerTexts()
    expect(cells.at(-1)).toBe(slowdown(row.differences[0] ?? null))
    expect(await page.locator('h1').innerText()).toBe('No verdict')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

    const colours = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await colours()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colours()).not.toBe(light)
    await page.emulateMedia({ media: 'print' })
    expect(await colours()).toBe('rgb(255, 255, 255)')
    expect(await page.locator('nav').isVisible()).toBe(false)
    expect(trouble).toEqual([])
    await page.close()
  })
})
