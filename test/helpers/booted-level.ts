import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findLevels } from '../../src/catalog/find-levels.js'
import { launchLevel } from '../../src/launch/launch-level.js'
import type { RunningLevel } from '../../src/launch/launcher.js'
import { openLease } from '../../src/launch/lease/lease.js'
import type { Level } from '../../src/model/plan/level.js'
import { startService } from '../../src/services/providers.js'

export interface BootedLevel {
  readonly running: RunningLevel
  /** The database of this boot, for tests that take it away. */
  readonly databaseUrl: string
  /** Of the services that were started for it, by name. */
  readonly servicePids: Readonly<Record<string, readonly number[]>>
  readonly leaseId: string
  /** Ends everything; gives what a proper stop should have ended already. */
  end(): Promise<readonly string[]>
}

/** One of rungs' own levels, with everything that it takes from those below it. */
export async function ownLevel(name: string): Promise<Level> {
  const entry = (await findLevels(null)).find(({ level }) => level.name === name)
  if (!entry) throw new Error(`no level ${name}`)
  return entry.level
}

/** What the test files beside it leave of two cores, beside whatever else runs there, may take this long to boot. */
const READY_SECONDS = 300

/** Boots a level the way `rungs run` does: real services, real processes, a lease of its own. */
export async function bootLevel(
  level: Level,
  workers: number,
  extraEnv: Readonly<Record<string, string>> = {},
  workerCpus: number | null = null,
): Promise<BootedLevel> {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-contract-'))
  const lease = await openLease({ env: process.env, stateDir: dir })
  const { signal } = new AbortController()
  const end: (() => Promise<unknown>)[] = []
  const unwind = async () => {
    for (const step of end.toReversed()) await step()
    const left = await lease.release()
    rmSync(dir, { recursive: true, force: true })
    return left
  }
  try {
    const env: Record<string, string> = {}
    const servicePids: Record<string, readonly number[]> = {}
    for (const name of level.services ?? []) {
      const service = await startService(name, {
        lease,
        signal,
        logDir: dir,
        env: process.env,
        database: 'fresh',
      })
      end.push(() => service.stop())
      servicePids[name] = service.pids
      Object.assign(env, await service.environment('contract'))
    }
    const running = await launchLevel({
      level: { ...level, ready: { ...level.ready, timeoutSeconds: READY_SECONDS } },
      baseDir: process.cwd(),
      ...{ workers, workerCpus },
      env: { ...env, ...extraEnv },
      logDir: dir,
      lease,
      signal,
    })
    end.push(() => running.stop())
    if (running.warnings.length > 0) {
      throw new Error(`${running.warnings.join('\n')}\n${running.lastLogLines(40).join('\n')}`)
    }
    return {
      running,
      databaseUrl: env.DATABASE_URL ?? '',
      servicePids,
      leaseId: lease.id,
      end: unwind,
    }
  } catch (error) {
    await unwind()
    throw error
  }
}
