import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Output } from '../../../../src/cli/terminal/output.js'
import { LevelBoots } from '../../../../src/cli/world/boot.js'
import { inWorld, type World } from '../../../../src/cli/world/world.js'
import type { RunningLevel } from '../../../../src/launch/launcher.js'
import type { PlannedLevel } from '../../../../src/runner/cell/booted.js'
import { Interruption, UserError } from '../../../../src/words/errors.js'
import { ExitCode } from '../../../../src/words/exit-codes.js'

describe('inWorld', () => {
  let dir: string
  const told: string[] = []
  const output = { note: (text: string) => told.push(text), warn: (text: string) => told.push(text) }
  const open = <T>(work: (world: World) => Promise<T>, onSignal: (name: string) => unknown = () => {}) =>
    inWorld({ env: { RUNGS_STATE_DIR: dir }, output: output as unknown as Output }, onSignal, work)

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rungs-world-'))
    told.length = 0
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** Nothing is left, neither of the lease nor to be told. */
  function expectNothingLeft(tempDir: string): void {
    expect(existsSync(tempDir)).toBe(false)
    expect(readdirSync(dir, { recursive: true }).filter((name) => String(name).endsWith('.json'))).toEqual([])
    expect(told).toEqual([])
  }

  it('holds a lease as long as the work lasts, whether it succeeds or fails', async () => {
    let tempDir = ''
    const done = await open(async ({ lease }) => {
      tempDir = lease.tempDir
      expect(existsSync(tempDir)).toBe(true)
      return 7
    })
    expect(done).toBe(7)
    expectNothingLeft(tempDir)
    const failing = open(async ({ lease }) => {
      tempDir = lease.tempDir
      throw new UserError('no such level')
    })
    await expect(failing).rejects.toThrow('no such level')
    expectNothingLeft(tempDir)
  })

  it('calls the work off at a signal, by an error that carries the exit code, and hears none behind it', async () => {
    const listeners = process.listenerCount('SIGTERM')
    const signals: string[] = []
    let tempDir = ''
    const interrupted = open(
      async ({ signal, lease }) => {
        tempDir = lease.tempDir
        process.emit('SIGTERM', 'SIGTERM')
        signal.throwIfAborted()
      },
      (name) => signals.push(name),
    )
    const error = await interrupted.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(Interruption)
    expect(error).toMatchObject({ exitCode: ExitCode.Interrupted, message: 'interrupted by SIGTERM' })
    expect(signals).toEqual(['SIGTERM'])
    expect(process.listenerCount('SIGTERM')).toBe(listeners)
    expectNothingLeft(tempDir)
  })
})

describe('LevelBoots', () => {
  const planned = {
    level: { services: ['postgres'], processes: [] },
    ...{ baseDir: '/', workers: 1, info: { key: '0' } },
  } as unknown as PlannedLevel

  function boots(start: () => void = () => {}) {
    const log: string[] = []
    const levels = new LevelBoots({
      ...{ lease: {} as never, env: {}, logDir: '/logs', database: 'fresh' },
      onService: (name, source, notes) => log.push(`${name}: ${source}; ${notes.join()}`),
      startService: async (name) => {
        start()
        return {
          ...{ name, source: 'embedded', version: '18.4', pids: [9], notes: ['fsync is off'] },
          environment: async (label) => ({ DATABASE_URL: `postgres://h/${label}` }),
          stop: async () => void log.push(`stop ${name}`),
        }
      },
      launch: async ({ env, logDir }) => {
        log.push(`launch ${env.DATABASE_URL} in ${logDir}`)
        return { processes: [], workers: 1, workerCpus: null, url: 'http://h' } as unknown as RunningLevel
      },
    })
    return { log, levels }
  }
  const { signal } = new AbortController()

  it('starts a service once for all levels, tells what its user should know, and stops it in the end', async () => {
    const { log, levels } = boots()
    const [booted] = await Promise.all([
      levels.boot(planned, 'a', signal),
      levels.boot(planned, 'b', signal, '/logs/b'),
    ])
    expect(booted).toMatchObject({
      services: [{ name: 'postgres', source: 'embedded', version: '18.4' }],
      trees: [{ name: 'postgres', role: 'service', pids: [9] }],
      databaseUrl: 'postgres://h/a',
      workers: null,
    })
    await levels.stopServices()
    expect(log).toEqual([
      'postgres: 18.4, embedded; fsync is off',
      'launch postgres://h/a in /logs',
      'launch postgres://h/b in /logs/b',
      'stop postgres',
    ])
  })

  it('starts a service again that did not start, for the next level that asks', async () => {
    let starts = 0
    const { levels } = boots(() => {
      if (++starts === 1) throw new UserError('no room')
    })
    await expect(levels.boot(planned, 'a', signal)).rejects.toThrow('no room')
    await levels.boot(planned, 'b', signal)
    expect(starts).toBe(2)
  })
})
