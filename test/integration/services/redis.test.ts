import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import { readProcess } from '../../../src/launch/lease/processes.js'
import { sweepLeases } from '../../../src/launch/lease/sweep.js'
import { readCores } from '../../../src/launch/machine/cores.js'
import type { ServiceContext } from '../../../src/model/plan/service.js'
import { checkService, startService } from '../../../src/services/providers.js'
import { withRedis } from '../../../src/services/redis/redis-keys.js'
import { REDIS_CONFIG, startRedis } from '../../../src/services/redis/redis-private.js'
import { findRedis } from '../../../src/services/redis/redis-programs.js'
import { freePort } from '../../../src/services/support/free-port.js'
import { until } from '../../helpers/http-client.js'
import { lackOfTaskset, needs } from '../../helpers/needs.js'
import { lackOfRedis } from '../../helpers/redis.js'
import { Sandbox } from '../../helpers/rungs.js'

const program = await findRedis(process.env)
const withoutUrl = { ...process.env, REDIS_URL: undefined }
const folders: string[] = []
let stateDir: string
let lease: OpenLease

beforeAll(async () => {
  stateDir = folder()
  lease = await openLease({ env: process.env, stateDir })
})

afterAll(async () => {
  expect(await lease.release()).toEqual([])
  expect(existsSync(lease.tempDir)).toBe(false)
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rungs-test-'))
  folders.push(made)
  return made
}

function context(change: Partial<ServiceContext> = {}): ServiceContext {
  return {
    lease,
    signal: new AbortController().signal,
    logDir: join(lease.tempDir, 'logs'),
    env: withoutUrl,
    database: 'fresh',
    ...change,
  }
}

/** A folder that holds a program of that name with these lines, to be the whole PATH. */
function pathWith(name: string, script: string): string {
  const dir = folder()
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return dir
}

const keysOf = (url: string) => withRedis(url, async (client) => (await client.keys('*')).sort())

describe('a private Redis', needs(lackOfRedis), () => {
  test('gives an empty database per call, writes to its folder, and leaves nothing', async () => {
    const service = await startService('redis', context())
    const [first, second] = [await service.environment('a'), await service.environment('b')]
    const { REDIS_URL: url = '', TASK_BROKER_URL: broker, TASK_RESULT_BACKEND: results = '' } = first
    await withRedis(url, (client) => client.set('job', '1'))
    expect(await keysOf(url)).toEqual(['job'])
    // What became of tasks lies in a database of its own.
    expect(broker).toBe(url)
    expect(await keysOf(results)).toEqual([])
    expect(new Set([url, results, ...Object.values(second)]).size).toBe(4)
    expect(await keysOf(second.REDIS_URL ?? '')).toEqual([])
    expect(service).toMatchObject({ source: `installed (${program?.file})`, version: program?.version })
    const [dir, bind, policy, append] = await withRedis(url, async (client) =>
      Promise.all(
        ['dir', 'bind', 'maxmemory-policy', 'appendonly'].map(
          async (name) => ((await client.config('GET', name)) as string[])[1] ?? '',
        ),
      ),
    )
    expect(dir?.startsWith(join(lease.tempDir, 'redis-'))).toBe(true)
    expect([bind, policy, append]).toEqual(['127.0.0.1', 'noeviction', 'yes'])
    const [pid = 0] = service.pids
    await service.stop()
    expect(readProcess(pid)).toBeNull()
    expect(existsSync(dir ?? '')).toBe(false)
  })

  test('has all that it acknowledged when it was killed and is started again', async () => {
    const service = await startRedis(program!, context())
    const { REDIS_URL: url = '' } = await service.environment('a')
    const dir = await withRedis(url, async (client) => {
      for (let i = 0; i < 500; i++) await client.rpush('list', String(i))
      return ((await client.config('GET', 'dir')) as string[])[1] ?? ''
    })
    process.kill(service.pids[0] ?? 0, 'SIGKILL')
    const again = spawn(program!.file, [join(dir, REDIS_CONFIG)], { stdio: 'ignore' })
    const length = await until(
      () => withRedis(url, (client) => client.llen('list')),
      () => true,
    )
    expect(length).toBe(500)
    again.kill()
    await once(again, 'exit')
    await service.stop()
  })

  test('is kept on the cores that are asked for', needs(lackOfTaskset), async () => {
    const core = readCores().allowed[0] ?? 0
    const service = await startRedis(program!, context({ cpus: [core] }))
    const status = readFileSync(`/proc/${service.pids[0]}/status`, 'utf8')
    expect(status).toMatch(new RegExp(`^Cpus_allowed_list:\\s+${core}$`, 'm'))
    await service.stop()
  })

  test('ends with the lease when nobody stopped it', async () => {
    const own = await openLease({ env: process.env, stateDir })
    const service = await startRedis(program!, context({ lease: own, logDir: own.tempDir }))
    expect((await own.release()).join()).toMatch(/redis-server/)
    expect(readProcess(service.pids[0] ?? 0)).toBeNull()
    expect(existsSync(own.tempDir)).toBe(false)
  })

  test('that dies at its start says so with its own last words', async () => {
    const file = join(pathWith('redis-server', 'echo no memory; exit 1'), 'redis-server')
    await expect(startRedis({ file, version: '7' }, context())).rejects.toThrow(
      /Redis ended with code 1 at its start: no memory \(log: .*redis\.log\)/,
    )
  })

  test('ends at once when called off while it starts', async () => {
    const callOff = new AbortController()
    const starting = startRedis(program!, context({ signal: callOff.signal }))
    callOff.abort(new Error('called off'))
    await expect(starting).rejects.toThrow('called off')
  })
})

describe('REDIS_URL', () => {
  test('unreachable: one line that names the place and not the password', async () => {
    const url = `redis://app:s3cret@127.0.0.1:${await freePort()}/2`
    const error = await startService('redis', context({ env: { REDIS_URL: url } })).catch((e: Error) => e)
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 })
    expect(String(error)).toMatch(
      /REDIS_URL: redis:\/\/app@127\.0\.0\.1:\d+\/2 cannot be reached \(nobody listens there\)/,
    )
    expect(String(error)).not.toMatch(/s3cret|\n/)
    expect(await checkService('redis', { REDIS_URL: url })).toMatchObject({ available: false, mistake: true })
  })

  test('a server that accepts and says nothing is given up on', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const env = { REDIS_URL: `redis://127.0.0.1:${port}` }
    await expect(startService('redis', context({ env }))).rejects.toThrow(/cannot be reached/)
    silent.close()
  })

  test('not a Redis URL', async () => {
    const env = { REDIS_URL: 'http://u:s3cret@h/x' }
    const error = await startService('redis', context({ env })).catch((e: Error) => e)
    expect(String(error)).toMatch(/REDIS_URL is not a Redis URL/)
    expect(String(error)).not.toMatch(/s3cret/)
  })

  test(
    'of a server that runs: keys under a prefix, deleted at the end, others kept',
    needs(lackOfRedis),
    async () => {
      const server = await startRedis(program!, context())
      const { REDIS_URL: url = '' } = await server.environment('theirs')
      await withRedis(url, (client) => client.set('theirs', '1'))
      const { REDIS_URL: results = '' } = await server.environment('their results')
      const given = { REDIS_URL: url, TASK_RESULT_BACKEND: results }
      const service = await startService('redis', context({ env: given }))
      expect(service).toMatchObject({ source: 'REDIS_URL', pids: [], version: program?.version })
      const { REDIS_KEY_PREFIX: prefix = '', ...rest } = await service.environment('Level 3')
      expect(prefix).toMatch(/^rungs_.*_1_level_3$/)
      expect(rest).toEqual({ ...given, TASK_BROKER_URL: url })
      await withRedis(results, (client) => client.mset(`${prefix}:result`, '1', 'theirs', '1'))
      await withRedis(url, async (client) => {
        for (let i = 0; i < 3_000; i++) await client.set(`${prefix}:${i}`, '1')
        await client.set(`${prefix}0`, 'not ours')
      })
      await service.stop()
      expect(await keysOf(url)).toEqual([`${prefix}0`, 'theirs'].sort())
      expect(await keysOf(results)).toEqual(['theirs'])
      const asItIs = await startService('redis', context({ env: given, database: 'given' }))
      expect(await asItIs.environment('x')).toEqual({ ...given, TASK_BROKER_URL: url })
      await asItIs.stop()
      expect(await keysOf(url)).toHaveLength(2)
      await server.stop()
    },
  )
})

describe('after a crash of rungs', needs(lackOfRedis), () => {
  test('the next call ends the private server and deletes the keys of the given one', async () => {
    const server = await startRedis(program!, context())
    const { REDIS_URL: url = '' } = await server.environment('theirs')
    const crashed = folder()
    const script = join(import.meta.dirname, 'fixtures', 'crashing-redis.ts')
    const child = spawn(process.execPath, ['--import', 'jiti/register', script], {
      env: { ...withoutUrl, GIVEN: url, RUNGS_STATE_DIR: crashed },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { pid, prefix, tempDir } = JSON.parse(String(line)) as Record<string, string>
    await withRedis(url, (client) => client.mset(`${prefix}:a`, '1', 'theirs', '1'))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const [finding] = await sweepLeases({ env: {}, stateDir: crashed })
    expect(finding).toMatchObject({ state: 'removed' })
    expect(readProcess(Number(pid))).toBeNull()
    expect(existsSync(tempDir ?? '')).toBe(false)
    expect(await keysOf(url)).toEqual(['theirs'])
    await server.stop()
  })
})

describe('no Redis', () => {
  test.each([
    ['apt-get', 'apt-get install -y --no-install-recommends redis-server'],
    ['brew', 'brew install redis'],
    ['nothing-known', null],
  ])('where there is %s: the command that gets it is %s', async (installer, fix) => {
    const env = { PATH: pathWith(installer, 'exit 1') }
    expect(await checkService('redis', env)).toEqual({
      available: false,
      reason: 'no Redis here: REDIS_URL is not set, and none is installed',
      fix,
      mistake: false,
    })
    await expect(startService('redis', context({ env }))).rejects.toThrow(
      /no Redis here: .*, or set REDIS_URL/,
    )
  })

  test('one that is too old, or cannot run, is none', async () => {
    expect(await findRedis({ PATH: pathWith('redis-server', 'echo Redis server v=4.0.9 sha=0') })).toBeNull()
    expect(await findRedis({ PATH: pathWith('redis-server', 'exit 127') })).toBeNull()
    expect(
      await findRedis({ PATH: pathWith('valkey-server', 'echo Valkey server v=8.1.1 sha=0') }),
    ).toMatchObject({
      version: '8.1.1',
    })
  })
})

describe('rungs doctor', () => {
  /** A system without Redis, whose package manager does what `script` says. */
  function systemWith(script: string): string {
    const path = pathWith('apt-get', script)
    for (const name of ['sh', 'ln', 'id', 'git', 'touch']) symlinkSync(`/bin/${name}`, join(path, name))
    return path
  }

  test('--fix runs the command that gets Redis, and then sees it', needs(lackOfRedis), async () => {
    const sandbox = new Sandbox()
    const PATH = systemWith(`ln -s ${program?.file} "\${0%/*}/redis-server"`)
    const before = JSON.parse((await sandbox.run(['doctor', '--json'], { PATH })).stdout)
    expect(before.fixes).toEqual([])
    expect(before.services.find((s: { name: string }) => s.name === 'redis')).toMatchObject({
      available: false,
    })
    const { stdout, stderr } = await sandbox.run(['doctor', '--fix', '--json'], { PATH })
    const after = JSON.parse(stdout)
    expect(stderr).toMatch(/running (sudo -n )?apt-get install -y --no-install-recommends redis-server/)
    expect(after.fixes).toContainEqual(expect.objectContaining({ state: 'done' }))
    expect(after.services.find((s: { name: string }) => s.name === 'redis')).toMatchObject({
      available: true,
    })
    sandbox.remove()
  })

  test('--fix says so when the command fails', async () => {
    const sandbox = new Sandbox()
    const PATH = systemWith('echo no network; exit 100')
    const { stderr } = await sandbox.run(['doctor', '--fix'], { PATH })
    expect(stderr).toMatch(/warning: apt-get install .*redis-server: (no network|needs root)/)
    sandbox.remove()
  })
})
