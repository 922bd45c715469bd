import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { launchLevel } from '../../../src/launch/launch-level.js'
import { openLease } from '../../../src/launch/lease/lease.js'
import { listProcesses } from '../../../src/launch/lease/processes.js'
import { sweepLeases } from '../../../src/launch/lease/sweep.js'
import { quotaProblem } from '../../../src/launch/level-quota.js'
import { groupHost, groupOf } from '../../../src/launch/machine/cgroup.js'
import { limitOf, limitText } from '../../helpers/cpu-limit.js'
import { needs } from '../../helpers/needs.js'
import { limitedLevel } from './fixtures/limited-level.js'

const problem = quotaProblem()
const stateDir = mkdtempSync(join(tmpdir(), 'rungs-test-'))
afterAll(() => rmSync(stateDir, { recursive: true }))

/** Groups of a lease, as paths. */
function groupsOf(lease: string): string[] {
  const { folder } = groupHost()!
  return readdirSync(folder)
    .filter((name) => name.startsWith(`rungs-${lease}.`))
    .map((name) => join(folder, name))
}

const asked = limitText(0.2)

describe('a CPU quota for each worker', needs(problem), () => {
  test('is that of every worker, of one that came later as well, and is gone with the level', async () => {
    const lease = await openLease({ env: process.env, stateDir })
    const signal = new AbortController().signal
    const level = await launchLevel({ ...limitedLevel, logDir: lease.tempDir, lease, signal })
    try {
      const [root] = level.processes
      const workers = () => listProcesses().filter(({ ppid }) => ppid === root!.pid)
      const pids = workers().map(({ pid }) => pid)
      expect(pids).toHaveLength(2)
      expect(pids.map(limitOf)).toEqual([asked, asked])
      expect(new Set(pids.map((pid) => groupOf(pid))).size).toBe(2)
      // The supervisor has none.
      expect(groupOf(root!.pid)).toBe(groupOf(process.pid))
      expect(level).toMatchObject({ workerCpus: 0.2, warnings: [] })
      expect(level.renewQuota()).toBeNull()
      level.liftQuota()
      expect(pids.map(limitOf)).not.toContain(asked)
      expect(level.renewQuota()).toBeNull()
      expect(pids.map(limitOf)).toEqual([asked, asked])

      process.kill(pids[0]!, 'SIGKILL')
      await vi.waitFor(() => {
        const now = workers().map(({ pid }) => pid)
        expect(now).toHaveLength(2)
        expect(now).not.toContain(pids[0])
      }, 60_000)
      expect(level.renewQuota()).toMatch(/^a worker that came since ran without the CPU quota of 0.2/)
      expect(workers().map(({ pid }) => limitOf(pid))).toEqual([asked, asked])
      expect(groupsOf(lease.id)).toHaveLength(1)
    } finally {
      await level.stop()
    }
    expect(groupsOf(lease.id)).toEqual([])
    expect(await lease.release()).toEqual([])
  })

  test('is removed by the next call after a crash', async () => {
    const script = join(import.meta.dirname, 'fixtures', 'limited-run.ts')
    const run = spawn(process.execPath, ['--import', 'jiti/register', script], {
      env: { ...process.env, RUNGS_STATE_DIR: stateDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [id] = (await once(createInterface(run.stdout), 'line')) as [string]
    const [group] = groupsOf(id)
    expect(readdirSync(group!, { withFileTypes: true }).filter((one) => one.isDirectory())).toHaveLength(2)
    run.kill('SIGKILL')
    await once(run, 'exit')
    const findings = await sweepLeases({ env: {}, stateDir })
    expect(findings).toMatchObject([{ lease: id, state: 'removed' }])
    expect(findings[0]?.text).toContain(`control group ${group} removed`)
    expect(existsSync(group!)).toBe(false)
  })
})
