// How long reports take to make and to open, how large they are, and how much memory a folder of many runs needs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { chromium } from 'playwright-core'
import { median } from '../dist/src/stats/estimate/intervals.js'

const MAIN = resolve(import.meta.dirname, '../dist/src/cli/main.js')
const dir = mkdtempSync(join(tmpdir(), 'rungs-bench-'))
const jiti = createJiti(import.meta.url, { fsCache: false })
const { fullRun } = await jiti.import('../test/helpers/full-run.ts')

try {
  await measured(
    '5 levels × 8 scenarios × 3 repeats of 60 s',
    [fullRun({ id: 'ladder', levels: 5, scenarios: 8, repeats: 3, seconds: 60 })],
    [],
  )
  await measured(
    '500 cells of 10 s',
    [fullRun({ id: 'cells', levels: 5, scenarios: 100, repeats: 1, seconds: 10 })],
    [],
  )
  await measured(
    'a soak of 8 hours',
    [fullRun({ id: 'soak', levels: 1, scenarios: 1, repeats: 1, seconds: 8 * 3_600, profile: 'soak' })],
    [],
  )
  const small = fullRun({ levels: 2, scenarios: 4, repeats: 1, seconds: 10 })
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    ...small,
    id: `r${String(index).padStart(4, '0')}`,
    startedAt: new Date(Date.UTC(2025, 0, 1, index)).toISOString(),
  }))
  await measured('1,000 runs of 8 cells', many, ['runs.html'])
} finally {
  rmSync(dir, { recursive: true, force: true })
}

/** Makes the report in a process of its own, without PNGs where these are no part of it, and opens its pages. */
async function measured(what, runs, more) {
  const folder = join(dir, runs[0].id)
  let bytes = 0
  for (const run of runs) {
    mkdirSync(join(folder, run.id), { recursive: true })
    const text = JSON.stringify(run)
    bytes += text.length
    writeFileSync(join(folder, run.id, 'run.json'), text)
  }
  const html = make(
    folder,
    `
    const { scanForReport } = await import(${JSON.stringify(resolve(import.meta.dirname, '../dist/src/report/site/scan-report.js'))})
    const { writeReport } = await import(${JSON.stringify(resolve(import.meta.dirname, '../dist/src/report/site/write-report.js'))})
    await writeReport({ ...(await scanForReport(${JSON.stringify(folder)})), outDir: ${JSON.stringify(folder)}, png: false })`,
  )
  const all = make(
    folder,
    `process.argv.push('report', '--out', ${JSON.stringify(folder)}, '--quiet')
    await import(${JSON.stringify(MAIN)})`,
  )
  console.log(`${what} (${mib(bytes)} of results): HTML in ${html}; rungs report, with PNGs: ${all}`)
  for (const name of ['index.html', ...more]) {
    const file = join(folder, name)
    if (!existsSync(file)) throw new Error(`${file} was not written`)
    console.log(`  ${name}: ${mib(statSync(file).size)}, ${await opened(file)}`)
  }
}

/** Wall time and peak memory of a process that runs `code`. */
function make(folder, code) {
  const probe = `process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))\n${code}`
  const startedAt = performance.now()
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', probe], {
    encoding: 'utf8',
  })
  const seconds = (performance.now() - startedAt) / 1_000
  if (status !== 0) throw new Error(`no report was written in ${folder}: ${stderr}`)
  return `${seconds.toFixed(2)} s, peak RSS ${Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024)} MiB`
}

/** From the start of loading until the page's scripts have run and the browser is idle; median of five. */
async function opened(file) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) return 'not opened: there is no chromium'
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    const times = []
    for (let round = 0; round < 5; round++) {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } })
      await page.goto(pathToFileURL(file).href)
      times.push(
        await page.evaluate(() => new Promise((done) => requestIdleCallback(() => done(performance.now())))),
      )
      await page.close()
    }
    return `interactive after ${median(times).toFixed(0)} ms`
  } finally {
    await browser.close()
  }
}

function mib(bytes) {
  return `${(bytes / 1_048_576).toFixed(2)} MiB`
}
