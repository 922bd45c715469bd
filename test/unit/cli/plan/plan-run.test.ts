import { describe, expect, it } from 'vitest'
import type { ReadPlan } from '../../../../src/catalog/read-plan.js'
import { planRun, type Surroundings, workersOf } from '../../../../src/cli/plan/plan-run.js'
import { resolveSettings } from '../../../../src/config/resolve-settings.js'
import type { Level } from '../../../../src/model/plan/level.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const GIB = 2 ** 30

function level(number: number, workers?: Level['workers']): Level {
  return {
    number,
    name: `level-${number}`,
    title: `Level ${number}`,
    ...(workers === undefined ? {} : { workers }),
    processes: [{ name: 'web', role: 'web', command: 'node' }],
    ready: { path: '/' },
  }
}

function plan(flags: Record<string, string>, levels: Level[]): ReadPlan {
  const resolved = resolveSettings({ flags, env: {}, file: null, randomSeed: 7 })
  const scenario = { name: 's', title: 'S', steps: [{ path: '/' }], load: { connections: 4 } }
  return {
    configuration: { ...resolved, loaded: null, broken: false },
    levels: levels.map((one) => ({ level: one, source: 'built-in', baseDir: '/' })),
    scenarios: [{ scenario, source: 'built-in', baseDir: '/' }],
  }
}

function around(cores: number, lacks: Surroundings['lacks'] = new Map()): Surroundings {
  const allowed = Array.from({ length: cores }, (_, core) => core)
  return {
    cores: { allowed, quota: null, memoryBytes: 16 * GIB, memoryLimitBytes: null },
    canPin: true,
    machine: makeRun({ cells: [] }).machine,
    git: null,
    version: '0.0.0',
    startedAt: new Date(0),
    quotaProblem: null,
    lacks,
  }
}

describe('workersOf', () => {
  it('keeps the number that a level gives, whatever was asked for', () => {
    expect(workersOf(level(0, 1), 8, 4, 16 * GIB)).toBe(1)
  })
  it('takes what was asked for, else 2 × cores + 1 for auto, else 1', () => {
    expect(workersOf(level(1, 'auto'), 8, 4, 16 * GIB)).toBe(8)
    expect(workersOf(level(1, 'auto'), 0, 4, 16 * GIB)).toBe(9)
    expect(workersOf(level(1), 0, 4, 16 * GIB)).toBe(1)
  })
  it('asks no workers of a level that hands their number to nobody', () => {
    const web = { name: 'web', role: 'web' as const, command: 'gunicorn' }
    expect(workersOf({ ...level(1), processes: [web] }, 8, 4, 16 * GIB)).toBe(1)
    for (const args of [
      ['-w', '{workers}'],
      ['-c', '-w "$WORKERS"'],
    ]) {
      expect(workersOf({ ...level(1), processes: [{ ...web, args }] }, 8, 4, 16 * GIB)).toBe(8)
    }
  })
})

describe('planRun', () => {
  it('counts workers by the cores that are left to the service, and says when they must share', () => {
    const { run } = planRun(plan({ repeats: '2' }, [level(0, 1), level(1, 'auto')]), 'id', around(2))
    expect(run.settings.affinity).toEqual({ generator: [0], service: [1] })
    expect(run.levels.map(({ workers }) => workers)).toEqual([1, 3])
    expect(run.warnings).toEqual([expect.stringContaining('up to 3 workers share 1 core')])
    expect(run.plan).toHaveLength(4)
    expect(run.settings.seed).toBe(7)
  })

  it('warns where nothing can be kept apart, and where the warm-up is too short to judge', () => {
    const { run } = planRun(plan({ warmup: '1' }, [level(0, 1)]), 'id', around(1))
    expect(run.settings.affinity).toBeNull()
    expect(run.warnings.join('\n')).toMatch(/share the only core/)
    expect(run.warnings.join('\n')).toMatch(/warm-up of 1 s is too short/)
  })

  it('gives each worker a CPU quota where it was asked for, and takes the level that has most workers', () => {
    const limited = (workerCpus: string, problem: string | null = null) =>
      planRun(plan({ workerCpus, workers: '4' }, [level(0, 1), level(1, 'auto')]), 'id', {
        ...around(2),
        quotaProblem: problem,
      }).run
    expect(limited('auto')).toMatchObject({ settings: { workerCpus: 0.083 }, warnings: [] })
    expect(limited('0.25').settings.workerCpus).toBe(0.25)
    expect(limited('off')).toMatchObject({
      settings: { workerCpus: null },
      warnings: [expect.stringContaining('4 workers share 1 core')],
    })
    expect(limited('auto', 'no').warnings).toEqual([
      expect.stringContaining('4 workers share 1 core'),
      'no CPU quota for workers: no',
    ])
    expect(() => limited('0.3')).toThrow('at most 0.25 fits')
    expect(() => limited('0.1', 'no')).toThrow('worker-cpus 0.1: no')
  })

  it('keeps a level that cannot run, with the reason', () => {
    const lack = { reason: 'pm2 is not installed', fix: 'npm install pm2' }
    const { levels } = planRun(plan({}, [level(2, 'auto')]), 'id', around(4, new Map([[2, lack]])))
    expect(levels[0]?.skip).toEqual(lack)
  })

  it('plans a running target without booting anything', () => {
    const { levels } = planRun(plan({ target: 'http://127.0.0.1:9' }, []), 'id', around(4))
    expect(levels).toMatchObject([{ level: null, info: { key: 'target', number: null, workers: null } }])
  })
})
