import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchLevel } from '../../../src/launch/launch-level.js'
import type { LaunchError, LaunchRequest, RunningLevel } from '../../../src/launch/launcher.js'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import { carries, listProcesses, readProcess } from '../../../src/launch/lease/processes.js'
import { readCores } from '../../../src/launch/machine/cores.js'
import type { Level, ProcessSpec } from '../../../src/model/plan/level.js'
import { until } from '../../helpers/http-client.js'
import { lackOfTaskset, needs } from '../../helpers/needs.js'

const baseDir = join(import.meta.dirname, 'fixtures')
const stateDir = mkdtempSync(join(tmpdir(), 'rungs-test-'))
const running: RunningLevel[] = []
let lease: OpenLease

beforeAll(async () => {
  lease = await openLease({ env: process.env, stateDir })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((level) => level.stop()))
  expect(ours()).toEqual([])
})
afterAll(async () => {
  expect(await lease.release()).toEqual([])
  rmSync(stateDir, { recursive: true })
})

/** Processes of this test that live. */
function ours(): number[] {
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => carries(pid, `RUNGS_LEASE=${lease.id}`))
}

function web(env: Record<string, string> = {}, change: Partial<ProcessSpec> = {}): ProcessSpec {
  return { name: 'web', role: 'web', command: 'node', args: ['server.mjs'], env, ...change }
}

function level(change: Partial<Level> = {}): Level {
  return {
    number: 7,
    name: 'tried',
    title: 'Tried',
    processes: [web()],
    ready: { path: '/ready' },
    ...change,
  }
}

async function launch(declared: Level, change: Partial<LaunchRequest> = {}): Promise<RunningLevel> {
  const launched = await launchLevel({
    level: declared,
    baseDir,
    workers: 1,
    env: {},
    logDir: mkdtempSync(join(lease.tempDir, 'logs-')),
    lease,
    signal: new AbortController().signal,
    ...change,
  })
  running.push(launched)
  return launched
}

async function failure(declared: Level, change: Partial<LaunchRequest> = {}): Promise<LaunchError> {
  const error = await launch(declared, change).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  return error as LaunchError
}

async function tellTale(
  url: string,
): Promise<{ env: Record<string, string>; cwd: string; worker_id: number }> {
  return (await (await fetch(url)).json()) as { env: Record<string, string>; cwd: string; worker_id: number }
}

describe('a level that boots', () => {
  test('serves on the loopback address with the environment that is promised, and stops', async () => {
    const stages: string[] = []
    const booted = await launch(
      level({ processes: [web({ PLACE: '{tempDir}', OWN: '{env.FROM_PLAN}!', WORKERS: '9' })] }),
      { workers: 3, env: { FROM_PLAN: 'planned', PORT: '1' }, onStage: (stage) => stages.push(stage) },
    )
    expect(stages).toEqual(['prepare', 'start', 'ready'])
    const { env, cwd, worker_id: pid } = await tellTale(booted.url)
    expect(booted.url).toBe(`http://127.0.0.1:${booted.port}`)
    expect(env).toMatchObject({ HOST: '127.0.0.1', PORT: String(booted.port), WORKERS: '9', OWN: 'planned!' })
    expect(env.RUNGS_LEASE).toBe(lease.id)
    expect(env.PLACE?.startsWith(lease.tempDir)).toBe(true)
    expect(cwd).toBe(baseDir)
    expect(booted.processes).toEqual([{ name: 'web', role: 'web', pid }])
    await booted.stop()
    await booted.stop()
    expect(readProcess(pid)).toBeNull()
    expect(existsSync(env.PLACE ?? '')).toBe(false)
  })

  test(
    'runs on the cores that are asked for, without another process in between',
    needs(lackOfTaskset),
    async () => {
      const core = readCores().allowed.at(-1) ?? 0
      const booted = await launch(level(), { cpus: [core] })
      const { worker_id: pid } = await tellTale(booted.url)
      expect(booted.processes[0]?.pid).toBe(pid)
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(
        new RegExp(`^Cpus_allowed_list:\\s+${core}$`, 'm'),
      )
    },
  )

  test('is prepared first, in order', async () => {
    const prepare = ['one', 'two'].map((word) => ({
      command: 'sh',
      args: ['-c', `echo ${word} >> {tempDir}/prepared`],
    }))
    const args = [
      '-e',
      'require("fs").readFileSync(process.argv[1]).toString() === "one\\ntwo\\n" || process.exit(9); import(process.argv[2])',
    ]
    const process = web({}, { args: [...args, '{tempDir}/prepared', join(baseDir, 'server.mjs')] })
    await launch(level({ prepare, processes: [process] }))
  })

  test('waits until every worker answers', async () => {
    const clustered = level({ processes: [web({ CLUSTER: '{workers}' })], workerPath: '/worker' })
    expect((await launch(clustered, { workers: 3 })).warnings).toEqual([])
  })

  test('says how many workers answered when some did not', async () => {
    const ready = { path: '/ready', timeoutSeconds: 5 }
    const short = level({ processes: [web({ CLUSTER: '2' })], workerPath: '/worker', ready })
    expect((await launch(short, { workers: 3 })).warnings).toEqual([
      expect.stringMatching(/^level 7 \(tried\): [12] of 3 workers answered within \d+ s$/),
    ])
  })

  test('tells of a process that ends although nobody asked it to', async () => {
    const booted = await launch(level())
    process.kill(booted.processes[0]?.pid ?? 0, 'SIGKILL')
    expect(await booted.died).toEqual({ process: 'web', code: null, signal: 'SIGKILL' })
  })
})

describe('a level that does not boot', () => {
  test('ends early: said at once, with its last lines and without its secrets', async () => {
    const error = await failure(level({ processes: [web({ MODE: 'exits', TOKEN: 'zebra-77' })] }))
    expect(error).toMatchObject({ name: 'LaunchError', stage: 'boot' })
    expect(error.message).toMatch(
      /^level 7 \(tried\): process web ended with code 7 before the level was ready: no such table: users \(\S+level-7-web.log\)$/,
    )
    expect(error.log).toEqual(['reading settings, TOKEN=***', 'no such table: users'])
  })

  test('never ready: says what it answered', async () => {
    const error = await failure(
      level({ processes: [web({ MODE: 'unready' })], ready: { path: '/ready', timeoutSeconds: 6 } }),
    )
    expect(error.message).toMatch(
      /^level 7 \(tried\): not ready after 6 s: GET \/ready answered 503; its log says: \S.*level-7-web.log\)$/,
    )
  })

  test('never listens: says where it should', async () => {
    const error = await failure(
      level({ processes: [web({ MODE: 'silent' })], ready: { path: '/', timeoutSeconds: 0.5 } }),
    )
    expect(error.message).toMatch(/found nobody listening; does it listen on HOST and PORT/)
  })

  test('its second process ends early: the first is stopped', async () => {
    const processes = [web({ MODE: 'silent' }, { name: 'queue', role: 'queue' }), web({ MODE: 'exits' })]
    expect((await failure(level({ processes }))).message).toMatch(/process web ended with code 7/)
    expect(ours()).toEqual([])
  })

  test('the port is in use: nothing is started', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const error = await failure(level(), { port })
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 })
    expect(error.message).toMatch(new RegExp(`^port ${port} is already in use`))
    other.close()
  })

  test('a prepare command fails: its last lines are shown', async () => {
    const error = await failure(
      level({ prepare: [{ command: 'sh', args: ['-c', 'echo table exists; exit 4'] }] }),
    )
    expect(error).toMatchObject({ name: 'LaunchError', stage: 'prepare', log: ['table exists'] })
    expect(error.message).toMatch(
      /^level 7 \(tried\), prepare 1: sh ended with code 4: table exists \(\S+level-7-prepare-1.log\)$/,
    )
  })

  test('a prepare command takes too long', async () => {
    const error = await failure(level({ prepare: [{ command: 'sleep', args: ['60'], timeoutSeconds: 0.2 }] }))
    expect(error.message).toMatch(/prepare 1: sleep took more than 0\.2 s/)
  })

  test.each([
    [
      'a command that does not exist',
      { command: 'no-such-program' },
      /the command "no-such-program" was not found/,
    ],
    [
      'a folder that does not exist',
      { command: 'node', cwd: 'nowhere' },
      /the folder .*nowhere .* does not exist/,
    ],
  ])('%s', async (_, prepare, message) => {
    expect(await failure(level({ prepare: [prepare] }))).toMatchObject({
      stage: 'prepare',
      message: expect.stringMatching(message),
    })
    const process = { ...web(), ...prepare }
    expect(await failure(level({ processes: [process] }))).toMatchObject({
      stage: 'boot',
      message: expect.stringMatching(message),
    })
  })

  test('an unknown placeholder is the declaration’s mistake', async () => {
    const error = await failure(level({ processes: [web({ A: '{prot}' })] }))
    expect(error).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/process web: unknown placeholder \{prot\}/),
    })
  })

  test.each(['prepare', 'start'] as const)('called off in stage %s: nothing is left', async (when) => {
    const callOff = new AbortController()
    const prepare = when === 'prepare' ? [{ command: 'sleep', args: ['60'] }] : []
    const error = await failure(level({ prepare, processes: [web({ MODE: 'silent' })] }), {
      signal: callOff.signal,
      // The stage is told before its commands start: call it off once one of them lives.
      onStage: (stage) => {
        if (stage !== when) return
        const look = setInterval(() => {
          if (ours().length === 0) return
          clearInterval(look)
          callOff.abort(new Error('called off'))
        }, 5)
      },
    })
    expect(error.message).toBe('called off')
    expect(ours()).toEqual([])
    expect(readdirSync(lease.tempDir).filter((name) => name.startsWith('l7-'))).toEqual([])
  })
})

describe('stopping', () => {
  test('goes in reverse order', async () => {
    const journal = join(lease.tempDir, 'journal')
    const named = (name: string, role: ProcessSpec['role'], MODE: string): ProcessSpec =>
      web({ NAME: name, JOURNAL: journal, MODE }, { name, role })
    const processes = [
      named('queue', 'queue', 'silent'),
      named('web', 'web', 'ok'),
      named('proxy', 'proxy', 'silent'),
    ]
    const booted = await launch(level({ processes }))
    await until(
      () => booted.lastLogLines(9).filter((line) => line.endsWith('listens to signals')),
      (lines) => lines.length === 3,
    )
    await booted.stop()
    expect(readFileSync(journal, 'utf8')).toBe('proxy\nweb\nqueue\n')
  })

  test('kills what ignores SIGTERM, its workers included, after the time it was given', async () => {
    const stubborn = web({ STUBBORN: '1', CLUSTER: '2' }, { stopSeconds: 0.3 })
    const booted = await launch(level({ processes: [stubborn] }))
    await until(ours, (pids) => pids.length === 3)
    await booted.stop()
    expect(ours()).toEqual([])
  })

  test('finds what has left the process group', async () => {
    const booted = await launch(level({ processes: [web({ MODE: 'daemon' })] }))
    const daemon = Number(booted.lastLogLines(1)[0]?.split(' ')[1])
    expect(readProcess(daemon)).not.toBeNull()
    await booted.stop()
    expect(readProcess(daemon)).toBeNull()
  })

  test('touches no other level of the same run', async () => {
    const [one, other] = [await launch(level()), await launch(level())]
    await one.stop()
    expect((await fetch(other.url)).status).toBe(200)
  })
})

describe('controls', () => {
  const controlled = level({
    controls: {
      status: {
        command: 'sh',
        args: ['-c', 'echo $PORT; echo $API_TOKEN >&2'],
        env: { API_TOKEN: 'zebra-77' },
      },
      scale: { command: 'echo', args: ['scale', '{workers}'] },
      reload: { command: 'sh', args: ['-c', 'echo cannot; exit 2'] },
    },
  })

  test('are shown as one would type them, and run with the level’s environment', async () => {
    const booted = await launch(controlled)
    expect(booted.controls).toEqual({
      status: "API_TOKEN=*** sh -c 'echo $PORT; echo $API_TOKEN >&2'",
      scale: 'echo scale <workers>',
      reload: "sh -c 'echo cannot; exit 2'",
    })
    expect(await booted.control('status')).toContain(String(booted.port))
    expect(await booted.control('scale', 5)).toBe('scale 5')
  })

  test('fail with what they said', async () => {
    const booted = await launch(controlled)
    await expect(booted.control('reload')).rejects.toThrow(
      'level 7 (tried), control reload ended with code 2: cannot',
    )
    await expect(booted.control('scale')).rejects.toThrow(/needs a number of workers/)
    await expect((await launch(level())).control('reload')).rejects.toThrow('has no control "reload"')
  })
})
