import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lackOfChromium, launchChromium } from '../helpers/browser.js'
import { PATIENCE_MS } from '../helpers/http-client.js'
import { needs } from '../helpers/needs.js'
import { Sandbox } from '../helpers/rungs.js'

let sandbox: Sandbox
let service: Server
beforeEach(async () => {
  sandbox = new Sandbox()
  service = createServer((_, response) => {
    response.statusCode = Math.random() < 0.2 ? 503 : 200
    response.end('{}')
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const scenario = { name: '<b>root', title: 'Root', steps: [{ path: '/' }] }
  writeFileSync(join(sandbox.dir, 'root.json'), JSON.stringify(scenario))
})
afterEach(() => {
  service.close()
  sandbox.remove()
})

declare const live: { points: { perSecond?: number; p99?: number; errorsPerSecond?: number }[] }

it(
  'rungs run --live: charts move while it measures, in a real browser, and end with the run',
  needs(lackOfChromium),
  async () => {
    const target = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
    const browser = await launchChromium()
    const child = sandbox.start([
      'run',
      '--target',
      target,
      '--scenario',
      './root.json',
      // Long enough for Chromium to draw meanwhile, on a machine that is busy otherwise too.
      '--duration',
      '25',
      '--latency',
      'off',
      '--warmup',
      '0',
      '--live',
      '--json',
    ])
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.stderr?.on('data', (text: string) => {
          const found = /live page: (http:\/\/127\.0\.0\.1:\d+\/)/.exec(text)?.[1]
          if (found) resolve(found)
        })
        child.on('exit', () => reject(new Error('it ended without a page')))
      })
      const page = await browser.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      const trouble: string[] = []
      page.on('console', (message) => trouble.push(message.text()))
      page.on('pageerror', (error) => trouble.push(error.message))
      page.on('request', (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith('data:')) trouble.push(request.url())
      })
      await page.goto(url)
      const lengthOf = (id: string) =>
        page
          .locator(`#${id} path.line`)
          .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')?.length ?? 0))
      await page.waitForFunction(() => live.points.some(({ p99 }) => p99 !== undefined))
      const [before = 0] = await lengthOf('throughput')
      expect(before).toBeGreaterThan(0)
      await page.waitForFunction(
        (drawn) => (document.querySelector('#throughput path.line')?.getAttribute('d')?.length ?? 0) > drawn,
        before,
      )
      await page.getByText('The run has ended').waitFor()
      expect(await lengthOf('times')).toHaveLength(3)
      expect(await lengthOf('errors')).toHaveLength(1)
      expect(
        await page.evaluate(() => live.points.some(({ errorsPerSecond = 0 }) => errorsPerSecond > 0)),
      ).toBe(true)
      expect(await page.locator('#cells tr').count()).toBe(1)
      // What a scenario is called stays text.
      expect(await page.locator('#cell').textContent()).toContain('<b>root')
      expect(await page.locator('#cell b').count()).toBe(0)
      expect(trouble).toEqual([])
    } finally {
      await browser.close()
    }
    const { stdout } = await child.finished
    expect(JSON.parse(stdout).cells).toHaveLength(1)
  },
)
