import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../src/model/run/run.js'
import type { CapacityResult } from '../../../src/model/studies/capacity.js'
import type { Ladder } from '../../../src/model/studies/ladder.js'
import { needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const here = import.meta.dirname
const config = ['--config', join(here, 'rungs.config.json')]
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
const check = ['--check-config', '-k', 'uvicorn.workers.UvicornWorker', 'app:app']
const isThere = spawnSync('gunicorn', check, { cwd: here, env }).status === 0
const lack = isThere
  ? null
  : 'FastAPI under uvicorn and Gunicorn are not installed (apt-get install -y python3-fastapi uvicorn gunicorn)'

const sandbox = new Sandbox()
const reports = join(sandbox.dir, 'reports')

function kept<Result>(command: string, file: string): Result {
  const folder = readdirSync(reports).findLast((name) => name.includes(command)) ?? ''
  return JSON.parse(readFileSync(join(reports, folder, file), 'utf8')) as Result
}

/** What only Node tells. */
const OF_NODE = ['loop-delay-p99', 'loop-utilisation', 'gc', 'db-pool-used', 'db-pool-waiting']
/** Seconds enough for looks at the workers, one a second, where a busy machine holds some of them up. */
const SHORT = ['--duration', '3', '--warmup', '0', '--out', reports]

describe('FastAPI under uvicorn and Gunicorn', needs(lack), () => {
  afterAll(() => {
    expect(sandbox.leftovers()).toEqual([])
    sandbox.remove()
  })

  it('climbs the ladder as any service: CPU, memory and requests of each worker, nothing of an event loop', async () => {
    const load = ['--level', '0,1', '--workers', '1,2', '--repeats', '1', '--rate', '20', ...SHORT]
    const { stderr } = await sandbox.run(['ladder', ...config, '--worker-cpus', 'auto', ...load])
    const { cells, settings } = kept<Run>('ladder', 'run.json')
    expect(cells.map(({ level, outcome }) => [level, outcome.state]).sort(), stderr).toEqual([
      ['0', 'completed'],
      ['1x1', 'completed'],
      ['1x2', 'completed'],
    ])
    for (const { level, outcome } of cells) {
      if (outcome.state !== 'completed') continue
      const { server, summary, sample, latency } = outcome
      expect(summary.cpuPerRequestUs).toBeGreaterThan(0)
      expect(summary.rssPeakBytes).toBeGreaterThan(10e6)
      expect(sample.counts.ok).toBeGreaterThan(0)
      expect(latency?.sample.counts.ok).toBeGreaterThan(0)
      expect(server.workers).toMatchObject({ expected: level === '1x2' ? 2 : 1, unknown: null })
      expect(server.workers?.shares.some(({ requests }) => requests > 0)).toBe(true)
      const series = server.timeline?.series.map(({ what }) => what) ?? []
      expect(series).toEqual(expect.arrayContaining(['cpu', 'rss', 'requests']))
      expect(series.filter((what) => OF_NODE.includes(what))).toEqual([])
    }
    // Where there are cores for all, nothing is limited.
    expect(settings).toHaveProperty('workerCpus')
    const [reload] = kept<Ladder>('ladder', 'ladder.json').reloads
    expect(reload).toMatchObject({ level: '1x2', error: null })
    expect(reload?.answered).toBeGreaterThan(0)

    const advice = await sandbox.run(['advise', ...config, '--target', '10/s p99<60s', '--out', reports])
    expect(advice.stdout, advice.stderr).toContain('of hello')
    const law = await sandbox.run(['scaling', ...config, '--out', reports])
    expect(law.stderr).toContain('level 1, hello: too few points')
  })

  it('has a capacity', async () => {
    const search = [
      '--slo',
      'p95<50ms',
      '--resolution',
      '10%',
      '--start',
      '200',
      '--highest',
      '250',
      '--probes',
      '3',
    ]
    const level = ['--level', '1', '--workers', '2', '--worker-cpus', 'auto']
    const { stderr } = await sandbox.run(['capacity', ...config, ...level, ...search, ...SHORT])
    const result = kept<CapacityResult>('capacity', 'capacity.json')
    expect(result.state, stderr).toBe('completed')
    expect(result.probes.length).toBeGreaterThan(0)
    expect(result.verdict).not.toBeNull()
  })
})
