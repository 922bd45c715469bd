// Complete gates of two checkouts of the same code: the real command, measured although the code is the same.
//   node bench/gate/complete-runs.mjs --runs 1 [--scenario simple] [--budget 5m]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { codeCommit, prepareCheckouts, REPOSITORY } from './arms.mjs'
import { append, COMPLETE_RUNS, readLines } from './data-files.mjs'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'simple' },
    level: { type: 'string', default: '0' },
    budget: { type: 'string', default: '5m' },
  },
})
const MAIN = join(REPOSITORY, 'dist/src/cli/main.js')
const dirs = prepareCheckouts()

for (let run = 0; run < Number(values.runs); run++) {
  const seed = readLines(COMPLETE_RUNS).length + 1
  const one = completeRun(seed)
  append(COMPLETE_RUNS, one)
  console.error(`run ${seed}: ${one.verdict} after ${one.blocks} blocks, ${one.seconds.toFixed(0)} s`)
}

function completeRun(seed) {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-complete-'))
  const { scenario, level, budget } = values
  const flags = ['--scenario', scenario, '--level', level, '--budget', budget, '--seed', String(seed)]
  const startedAt = new Date().toISOString()
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        MAIN,
        'gate',
        '--base',
        dirs.base,
        '--head',
        dirs.head,
        '--measure-identical',
        '--json',
        '--out',
        dir,
        ...flags,
      ],
      { cwd: dir, encoding: 'utf8', maxBuffer: 2 ** 30 },
    )
    if (stdout.trim() === '')
      throw new Error(`rungs gate ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
    const { blocks, decision, settings, machine } = JSON.parse(stdout)
    if (decision === null) throw new Error(`rungs gate came to no decision (exit code ${status})`)
    return {
      startedAt,
      commit: codeCommit(),
      machine,
      settings,
      exitCode: status,
      verdict: decision.verdict,
      ended: decision.ended,
      reason: decision.reason,
      blocks: blocks.length,
      seconds: blocks.reduce((sum, block) => sum + block.seconds, 0),
      rows: decision.rows.map(({ scenario, metric, verdict, n, estimate, lower, upper }) => ({
        scenario,
        metric,
        verdict,
        n,
        estimate,
        lower,
        upper,
      })),
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
