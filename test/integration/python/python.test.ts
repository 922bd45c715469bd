import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CapacityResult } from '../../../src/model/capacity.js'
import type { Run } from '../../../src/model/run.js'
import { Sandbox } from '../../helpers/rungs.js'

const here = import.meta.dirname
const config = join(here, 'rungs.config.json')
const check = ['--check-config', '-k', 'uvicorn.workers.UvicornWorker', 'app:app']
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
const isThere = spawnSync('gunicorn', check, { cwd: here, env }).status === 0

let sandbox: Sandbox
beforeEach(() => {
  sandbox = new Sandbox()
})
afterEach(() => sandbox.remove())

function kept(file: string): unknown {
  const [name = ''] = readdirSync(join(sandbox.dir, 'reports'))
  return JSON.parse(readFileSync(join(sandbox.dir, 'reports', name, file), 'utf8'))
}

/** What only Node tells. */
const OF_NODE = ['loop-delay-p99', 'loop-utilisation', 'gc', 'db-pool-used', 'db-pool-waiting']

describe.skipIf(!isThere)(
  `FastAPI under uvicorn and Gunicorn${isThere ? '' : ' (apt-get install python3-fastapi uvicorn gunicorn)'}`,
  () => {
    it('is measured as any service: CPU, memory and requests of each worker, nothing of an event loop', async () => {
      const load = [
        '--duration',
        '2',
        '--warmup',
        '1',
        '--rate',
        '50',
        '--workers',
        '2',
        '--worker-cpus',
        'auto',
      ]
      const { stderr } = await sandbox.run(['run', '--config', config, '--level', '0,1', ...load])
      const run = kept('run.json') as Run
      expect(
        run.cells.map(({ outcome }) => outcome.state),
        stderr,
      ).toEqual(['completed', 'completed'])
      for (const { level, outcome } of run.cells) {
        if (outcome.state !== 'completed') continue
        const { server, summary, sample, latency } = outcome
        expect(summary.cpuPerRequestUs).toBeGreaterThan(0)
        expect(summary.rssPeakBytes).toBeGreaterThan(10e6)
        expect(sample.counts.ok).toBeGreaterThan(0)
        expect(latency?.sample.counts.ok).toBeGreaterThan(0)
        expect(server.workers).toMatchObject({ expected: level === '0' ? 1 : 2, unknown: null })
        expect(server.workers?.shares.map(({ requests }) => requests > 0)).toContain(true)
        const series = server.timeline?.series.map(({ what }) => what) ?? []
        expect(series).toEqual(expect.arrayContaining(['cpu', 'rss', 'requests']))
        expect(series.filter((what) => OF_NODE.includes(what))).toEqual([])
      }
      expect(sandbox.leftovers()).toEqual([])
    })

    it('has a capacity', async () => {
      const search = ['--slo', 'p95<2s', '--start', '20', '--highest', '30', '--probes', '3']
      const short = ['--duration', '1', '--warmup', '1', '--worker-cpus', 'auto', '--workers', '2']
      const { stderr } = await sandbox.run([
        'capacity',
        '--config',
        config,
        '--level',
        '1',
        ...short,
        ...search,
      ])
      const result = kept('capacity.json') as CapacityResult
      expect(result.state, stderr).toBe('completed')
      expect(result.probes.length).toBeGreaterThan(0)
      expect(result.verdict).not.toBeNull()
      expect(sandbox.leftovers()).toEqual([])
    })
  },
)
