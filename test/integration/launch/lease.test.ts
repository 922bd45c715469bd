import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openLease } from '../../../src/launch/lease/lease.js'
import { newLeaseId } from '../../../src/launch/lease/lease-file.js'
import { carries, listProcesses, readProcess } from '../../../src/launch/lease/processes.js'
import { sweepLeases } from '../../../src/launch/lease/sweep.js'
import { createDatabase, withConnection } from '../../../src/services/postgres/postgres-databases.js'
import { startService } from '../../../src/services/providers.js'
import { freePort } from '../../../src/services/support/free-port.js'
import { spawnLogged } from '../../../src/services/support/spawn-logged.js'
import { until } from '../../helpers/http-client.js'
import { lackOf, needs } from '../../helpers/needs.js'

const script = join(import.meta.dirname, 'fixtures', 'crashing-run.ts')
const stateDir = mkdtempSync(join(tmpdir(), 'rungs-test-'))
const leases = join(stateDir, 'leases')
const children: ChildProcess[] = []
const strangers: number[] = []

interface Told {
  id: string
  tempDir: string
  plain: number
  stubborn: number
  stranger: number
  database: string | null
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const pid of strangers.splice(0)) process.kill(pid, 'SIGKILL')
  for (const name of existsSync(leases) ? readdirSync(leases) : []) rmSync(join(leases, name))
})
afterAll(() => rmSync(stateDir, { recursive: true }))

/** Starts the run and waits until it has all it will leave behind. */
async function startRun(env: Record<string, string> = {}): Promise<{ child: ChildProcess; told: Told }> {
  const child = spawn(process.execPath, ['--import', 'jiti/register', script], {
    env: { ...process.env, RUNGS_STATE_DIR: stateDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  const told = JSON.parse(line) as Told
  strangers.push(told.stranger)
  // Until the daemon is there and its parent is not.
  await until(
    () => marked(told.id),
    (pids) => pids.length === 3,
  )
  return { child, told }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

function marked(id: string): number[] {
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => carries(pid, `RUNGS_LEASE=${id}`))
}

describe('a sweep', () => {
  test('after a killed run ends its processes, wherever they are, and removes its folder; strangers live', async () => {
    const { child, told } = await startRun()
    await kill(child)
    const findings = await sweepLeases({ env: {}, stateDir })
    expect(findings).toEqual([
      { lease: told.id, state: 'removed', text: expect.stringMatching(/ended without cleaning up/) },
    ])
    for (const pid of [told.plain, told.stubborn]) expect(findings[0]?.text).toContain(`pid ${pid} `)
    expect(marked(told.id)).toEqual([])
    expect(existsSync(told.tempDir)).toBe(false)
    expect(readdirSync(leases)).toEqual([])
    expect(readProcess(told.stranger)).not.toBeNull()
    expect(await sweepLeases({ env: {}, stateDir })).toEqual([])
  })

  test('leaves a run alone that lives', async () => {
    const { child, told } = await startRun()
    expect(await sweepLeases({ env: {}, stateDir })).toEqual([])
    await until(
      () => marked(told.id),
      (pids) => pids.length === 3,
    )
    expect(existsSync(told.tempDir)).toBe(true)
    await kill(child)
    expect(await sweepLeases({ env: {}, stateDir })).toHaveLength(1)
  })

  test('by two at once: one reports, nothing is left', async () => {
    const { child, told } = await startRun()
    await kill(child)
    const both = await Promise.all([sweepLeases({ env: {}, stateDir }), sweepLeases({ env: {}, stateDir })])
    expect(both.flat()).toHaveLength(1)
    expect(marked(told.id)).toEqual([])
    expect(readdirSync(leases)).toEqual([])
  })

  test('takes over from a sweep that crashed', async () => {
    const { child, told } = await startRun()
    await kill(child)
    writeFileSync(
      join(leases, `${told.id}.json.claim`),
      JSON.stringify({ pid: process.pid, start: 'another' }),
    )
    expect(await sweepLeases({ env: {}, stateDir })).toMatchObject([{ state: 'removed' }])
  })

  test('of a truncated lease goes by its name', async () => {
    const { child, told } = await startRun()
    await kill(child)
    const file = join(leases, `${told.id}.json`)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
    const [finding] = await sweepLeases({ env: {}, stateDir })
    expect(finding).toMatchObject({ state: 'removed', text: expect.stringMatching(/is damaged/) })
    expect(marked(told.id)).toEqual([])
    expect(existsSync(told.tempDir)).toBe(false)
  })

  test('removes no folder and drops no database that the run cannot have made', async () => {
    const { child, told } = await startRun()
    await kill(child)
    const precious = mkdtempSync(join(tmpdir(), 'rungs-test-'))
    const file = join(leases, `${told.id}.json`)
    const record = JSON.parse(readFileSync(file, 'utf8')) as object
    const databases = [{ adminUrl: 'postgres://127.0.0.1:1/x', name: 'production' }]
    writeFileSync(file, JSON.stringify({ ...record, tempDir: precious, databases }))
    const [finding] = await sweepLeases({ env: {}, stateDir })
    expect(finding).toMatchObject({ state: 'kept' })
    expect(finding?.text).toContain(`${precious} is not of this run`)
    expect(finding?.text).toContain('database production is not of this run')
    expect(existsSync(precious)).toBe(true)
    rmSync(precious, { recursive: true })
    rmSync(told.tempDir, { recursive: true })
  })

  test('does not take a reused pid for a living owner, and leaves other files alone', async () => {
    mkdirSync(leases, { recursive: true })
    const lease = await openLease({ env: {}, stateDir })
    const file = join(leases, `${lease.id}.json`)
    const record = JSON.parse(readFileSync(file, 'utf8')) as { owner: object }
    writeFileSync(file, JSON.stringify({ ...record, owner: { ...record.owner, start: '1' } }))
    writeFileSync(join(leases, 'zz-notes.json'), 'mine')
    expect(await sweepLeases({ env: {}, stateDir })).toMatchObject([
      { lease: lease.id, state: 'removed' },
      { lease: 'zz-notes', state: 'kept' },
    ])
    expect(readdirSync(leases)).toEqual(['zz-notes.json'])
    expect(existsSync(lease.tempDir)).toBe(false)
  })

  test('of a damaged lease whose owner may live keeps it', async () => {
    mkdirSync(leases, { recursive: true })
    writeFileSync(join(leases, `${newLeaseId(process.pid)}.json`), '')
    expect(await sweepLeases({ env: {}, stateDir })).toMatchObject([
      { state: 'kept', text: expect.stringMatching(/may still be alive/) },
    ])
  })
})

describe('databases of a killed run', needs(await lackOf('postgres')), () => {
  let stop: () => Promise<void>
  let adminUrl = ''
  beforeAll(async () => {
    const lease = await openLease({ env: process.env, stateDir: mkdtempSync(join(stateDir, 'server-')) })
    const service = await startService('postgres', {
      lease,
      signal: new AbortController().signal,
      logDir: join(lease.tempDir, 'logs'),
      env: { ...process.env, DATABASE_URL: undefined },
      database: 'fresh',
    })
    adminUrl = (await service.environment('theirs')).DATABASE_URL ?? ''
    stop = async () => {
      await service.stop()
      expect(await lease.release()).toEqual([])
    }
  })
  afterAll(() => stop())

  test('are dropped, although somebody is still connected', async () => {
    const { child, told } = await startRun({ ADMIN_URL: adminUrl })
    await createDatabase(adminUrl, told.database ?? '')
    await kill(child)
    const [finding] = await sweepLeases({ env: {}, stateDir })
    expect(finding?.text).toContain(`database ${told.database} dropped`)
    const { rows } = await withConnection(adminUrl, (client) =>
      client.query('SELECT 1 FROM pg_database WHERE datname = $1', [told.database]),
    )
    expect(rows).toEqual([])
  })

  test('on a server that is away keep the lease, without its password in what is told', async () => {
    const { child, told } = await startRun({
      ADMIN_URL: `postgres://app:s3cret@127.0.0.1:${await freePort()}/app`,
    })
    await kill(child)
    const [finding] = await sweepLeases({ env: {}, stateDir })
    expect(finding).toMatchObject({
      state: 'kept',
      text: expect.stringMatching(/could not be dropped \(nobody listens there\)/),
    })
    expect(finding?.text).not.toContain('s3cret')
    expect(existsSync(told.tempDir)).toBe(false)
    expect(existsSync(join(leases, `${told.id}.json`))).toBe(true)
  })
})

describe('a lease', () => {
  test('is written for its owner’s eyes only, before its folder exists', async () => {
    const lease = await openLease({ env: {}, stateDir })
    const file = join(leases, `${lease.id}.json`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(leases).mode & 0o777).toBe(0o700)
    expect(statSync(lease.tempDir).mode & 0o777).toBe(0o711)
    await lease.release()
    await lease.release()
    expect(existsSync(lease.tempDir)).toBe(false)
    expect(existsSync(file)).toBe(false)
  })

  test('that is released tells what should have been gone, and ends it', async () => {
    const lease = await openLease({ env: {}, stateDir })
    const left = await spawnLogged({
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      env: { ...lease.env },
      cwd: '/',
      logFile: join(lease.tempDir, 'log'),
    })
    expect(await lease.release()).toEqual([expect.stringMatching(new RegExp(`^pid ${left.pid} .* ended$`))])
    await left.exited
  })

  test('that cannot be written says which folder to give', async () => {
    const file = join(stateDir, 'file')
    writeFileSync(file, '')
    chmodSync(file, 0o600)
    await expect(openLease({ env: {}, stateDir: file })).rejects.toThrow(
      /set RUNGS_STATE_DIR to a folder of yours/,
    )
  })
})
