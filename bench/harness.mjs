// What rungs costs beside measuring: its start, a cell's overhead, a report over 200 runs.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createJiti } from 'jiti'
import { median } from '../dist/src/stats/intervals.js'

const MAIN = resolve(import.meta.dirname, '../dist/src/cli/main.js')
const dir = mkdtempSync(join(tmpdir(), 'rungs-bench-'))
const seconds = (ms) => `${(ms / 1_000).toFixed(2)} s`

try {
  const starts = Array.from({ length: 11 }, () => {
    const startedAt = performance.now()
    execFileSync(process.execPath, [MAIN, '--help'], { stdio: 'ignore' })
    return performance.now() - startedAt
  })
  console.log(`rungs --help: median ${seconds(median(starts))} of ${starts.length}`)
  cellOverhead()
  await reportOverManyRuns()
} finally {
  rmSync(dir, { recursive: true, force: true })
}

/** Without warm-up, all of a cell's time that neither loop was measuring is overhead; the first one's holds the boot. */
function cellOverhead() {
  const args = [
    'run',
    '--level',
    '0',
    '--scenario',
    'simple,db-read,db-write,auth-me',
    '--duration',
    '2',
    '--warmup',
    '0',
  ]
  const startedAt = performance.now()
  spawnSync(process.execPath, [MAIN, ...args, '--quiet', '--json', '--out', dir], {
    cwd: dir,
    stdio: 'ignore',
  })
  const whole = performance.now() - startedAt
  const [folder] = readdirSync(dir)
  const { cells } = JSON.parse(readFileSync(join(dir, folder, 'run.json'), 'utf8'))
  const overheads = cells.map(
    ({ startedAt, finishedAt, outcome }) =>
      Date.parse(finishedAt) - Date.parse(startedAt) - measuredMs(outcome),
  )
  const measured = cells.reduce((sum, { outcome }) => sum + measuredMs(outcome), 0)
  console.log(
    `a cell of level 0 beside measuring: ${overheads.map(seconds).join(', ')} (the first with Postgres and boot)`,
  )
  console.log(
    `the whole command beside measuring: ${seconds((whole - measured) / cells.length)} a cell of ${cells.length}`,
  )
}

function measuredMs({ sample, latency }) {
  return (sample.durationUs + (latency?.sample.durationUs ?? 0)) / 1_000
}

async function reportOverManyRuns() {
  const jiti = createJiti(import.meta.url, { fsCache: false })
  const { ladderRun } = await jiti.import('../test/helpers/ladder-run.ts')
  const run = ladderRun()
  run.cells = run.cells.filter(({ repeat }) => repeat === 1)
  const many = join(dir, 'many')
  for (let i = 0; i < 200; i++) {
    const id = `r${String(i).padStart(3, '0')}`
    mkdirSync(join(many, id), { recursive: true })
    const startedAt = new Date(Date.UTC(2025, 0, 1 + i)).toISOString()
    writeFileSync(join(many, id, 'run.json'), JSON.stringify({ ...run, id, startedAt }))
  }
  const probe = `
    process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))
    await import(${JSON.stringify(MAIN)})`
  const startedAt = performance.now()
  const { stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', probe, 'report', '--out', many, '--quiet'],
    { encoding: 'utf8' },
  )
  const took = performance.now() - startedAt
  if (!existsSync(join(many, 'index.html'))) throw new Error(`no report was written: ${stderr}`)
  const peakMib = Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024
  console.log(
    `a report over 200 runs of ${run.cells.length} cells, with PNGs: ${seconds(took)}, peak RSS ${Math.round(peakMib)} MiB`,
  )
}
