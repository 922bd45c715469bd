import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { PATIENCE_MS } from './http-client.js'

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export const lackOfChromium = existsSync(CHROMIUM)
  ? null
  : `there is no ${CHROMIUM} (apt-get install -y chromium, or set CHROMIUM to its path)`

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS })
}

/** A browser and a folder for its pages, from before the first test of the group to behind its last. */
export function browserOfGroup(): { readonly browser: Browser; readonly dir: string } {
  const group = {} as { browser: Browser; dir: string }
  beforeAll(async () => {
    group.dir = await mkdtemp(join(tmpdir(), 'rungs-browser-'))
    group.browser = await launchChromium()
  })
  afterAll(async () => {
    await group.browser?.close()
    await rm(group.dir, { recursive: true, force: true })
  })
  return group
}

export interface Opened {
  page: Page
  /** Console messages, page errors and requests beyond the file itself. */
  trouble: string[]
}

export interface OpenOptions {
  scripts?: boolean
  dark?: boolean
  width?: number
}

export async function openFile(browser: Browser, file: string, options: OpenOptions = {}): Promise<Opened> {
  const url = pathToFileURL(file).href
  const page = await browser.newPage({
    javaScriptEnabled: options.scripts ?? true,
    colorScheme: options.dark ? 'dark' : 'light',
    viewport: { width: options.width ?? 1200, height: 900 },
  })
  page.setDefaultTimeout(PATIENCE_MS)
  const trouble: string[] = []
  page.on('console', (message) => trouble.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (request.url() !== url) trouble.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, trouble }
}

declare const axe: {
  run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
}

/** What axe-core finds, in light and in dark, everything folded opened; empty where all is well. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(source)
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('details')) element.open = true
  })
  const problems: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    const found = await page.evaluate(async () =>
      (await axe.run()).violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 150)} ${nodes[0]?.failureSummary}`,
      ),
    )
    problems.push(...found.map((text) => `${scheme}: ${text}`))
  }
  return problems
}
