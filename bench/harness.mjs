// What rungs costs beside measuring: its start, a cell's overhead.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { median } from '../dist/src/stats/estimate/intervals.js'

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
