import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import { commandOf, listProcesses, readProcess } from '../../../src/launch/lease/processes.js'
import { readCores } from '../../../src/launch/machine/cores.js'
import type { ServiceContext } from '../../../src/model/plan/service.js'
import { canEnter, serverAccount } from '../../../src/services/postgres/postgres-account.js'
import { withConnection } from '../../../src/services/postgres/postgres-databases.js'
import { findEmbedded, needsCopy, restoreLinks } from '../../../src/services/postgres/postgres-embedded.js'
import { startPrivate } from '../../../src/services/postgres/postgres-private.js'
import { findInstalled } from '../../../src/services/postgres/postgres-programs.js'
import { checkService, startService } from '../../../src/services/providers.js'
import { freePort, listenProblem } from '../../../src/services/support/free-port.js'
import { until } from '../../helpers/http-client.js'
import { lackOf, lackOfTaskset, needs } from '../../helpers/needs.js'

const script = join(import.meta.dirname, 'fixtures', 'run-postgres.ts')
const isRoot = process.getuid?.() === 0
const account = await serverAccount()
const installed = await findInstalled(process.env, (bin) => canEnter(bin, account))
const embedded = await findEmbedded()
const lackOfAny = await lackOf('postgres')
const lackOfEmbedded = embedded ? null : 'the embedded Postgres is not among the npm packages'
const lackOfRoot = isRoot ? null : 'only root may become another user'
/** An ordinary user can be tried only where one may read this repository. */
const lackOfNobody = canEnter(import.meta.dirname, { name: 'nobody', uid: 65_534, gid: 65_534 })
  ? lackOfRoot
  : 'this folder cannot be entered by another user'

const folders: string[] = []
let lease: OpenLease

beforeAll(async () => {
  lease = await openLease({ env: process.env, stateDir: folder() })
})

afterAll(async () => {
  expect(await lease.release()).toEqual([])
  expect(existsSync(lease.tempDir)).toBe(false)
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

/** A folder of this test, which everyone may enter. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rungs-test-'))
  chmodSync(made, 0o755)
  folders.push(made)
  return made
}

function context(change: Partial<ServiceContext> = {}): ServiceContext {
  return {
    lease,
    signal: new AbortController().signal,
    logDir: join(lease.tempDir, 'logs'),
    env: { ...process.env, DATABASE_URL: undefined },
    database: 'fresh',
    ...change,
  }
}

function postgresUnder(path: string): string[] {
  return listProcesses()
    .map(({ pid }) => commandOf(pid))
    .filter((command) => command.includes('postgres') && command.includes(path))
}

async function currentDatabase(env: Readonly<Record<string, string>>): Promise<string> {
  return await withConnection(env.DATABASE_URL ?? '', async (client) => {
    await client.query('CREATE TABLE things (id int)')
    return (await client.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name ?? ''
  })
}

describe.each([
  ['installed', installed, installed ? null : 'Postgres is not installed'],
  ['embedded', embedded, lackOfEmbedded],
])('a private server, %s', (_, programs, lack) => {
  test('gives a fresh database per call, and leaves nothing', needs(lack), async () => {
    const service = await startPrivate(programs!, context())
    const [first, second] = [await service.environment('level 0'), await service.environment('level 0')]
    expect(await currentDatabase(first)).toMatch(/_1_level_0$/)
    expect(await currentDatabase(second)).toMatch(/_2_level_0$/)
    expect(service).toMatchObject({ source: programs!.source, version: programs!.version })
    expect(service.notes.join('\n')).toMatch(/fsync=off/)
    if (isRoot) expect(service.notes.join('\n')).toContain(`account "${account?.name}"`)
    const [pid = 0] = service.pids
    expect(readProcess(pid)?.uid).toBe(account?.uid ?? process.getuid?.())
    await service.stop()
    await service.stop()
    expect(readProcess(pid)).toBeNull()
    expect(postgresUnder(lease.tempDir)).toEqual([])
  })

  test('works as an ordinary user too', needs(lack, lackOfRoot, lackOfNobody), async () => {
    const home = folder()
    chmodSync(home, 0o777)
    const { stdout, stderr } = await execa(
      'setpriv',
      [
        '--reuid=nobody',
        '--regid=nogroup',
        '--clear-groups',
        process.execPath,
        '--import',
        'jiti/register',
        script,
      ],
      {
        extendEnv: false,
        env: { PATH: process.env.PATH ?? '', HOME: home, JITI_FS_CACHE: 'false', RUNGS_POSTGRES: _ },
      },
    )
    const told = JSON.parse(stdout) as { row: { name: string }; notes: string[]; tempDir: string }
    expect(stderr).toBe('')
    expect(told.row.name).toMatch(/^rungs_/)
    expect(told.notes.join('\n')).not.toMatch(/account/)
    expect(existsSync(told.tempDir)).toBe(false)
  })
})

describe('a private server', needs(lackOfAny), () => {
  const programs = (installed ?? embedded)!

  test('cannot be entered without its password', async () => {
    const service = await startPrivate(programs, context())
    const { DATABASE_URL = '' } = await service.environment('locked')
    const guessed = new URL(DATABASE_URL)
    guessed.password = 'guess'
    await expect(withConnection(guessed.href, async () => {})).rejects.toThrow(
      /password authentication failed/,
    )
    await service.stop()
  })

  test('is kept on the cores that are asked for', needs(lackOfTaskset), async () => {
    const core = readCores().allowed[0] ?? 0
    const service = await startPrivate(programs, context({ cpus: [core] }))
    const status = readFileSync(`/proc/${service.pids[0]}/status`, 'utf8')
    expect(status).toMatch(new RegExp(`^Cpus_allowed_list:\\s+${core}$`, 'm'))
    await service.stop()
  })

  test('ends at once when called off while it starts', async () => {
    const callOff = new AbortController()
    const starting = startPrivate(programs, context({ signal: callOff.signal }))
    callOff.abort(new Error('called off'))
    await expect(starting).rejects.toThrow('called off')
    // Killed; the kernel may take a moment.
    await until(
      () => postgresUnder(lease.tempDir),
      (left) => left.length === 0,
    )
  })

  test('that cannot be created says so with its own last words', async () => {
    const bin = folder()
    await execa('sh', ['-c', 'echo "#!/bin/sh\necho disk is full; exit 3" > initdb && chmod 755 initdb'], {
      cwd: bin,
    })
    await expect(startPrivate({ bin, version: '15', source: 'installed' }, context())).rejects.toThrow(
      /initdb ended with code 3: disk is full \(log: .*postgres-initdb\.log\)/,
    )
  })

  test('that dies at its start says so with its own last words', async () => {
    const bin = folder()
    await execa(
      'sh',
      [
        '-c',
        'for p in initdb postgres; do echo "#!/bin/sh" > $p; chmod 755 $p; done; echo "echo no memory; exit 1" >> postgres',
      ],
      { cwd: bin },
    )
    await expect(startPrivate({ bin, version: '15', source: 'installed' }, context())).rejects.toThrow(
      /Postgres ended with code 1 at its start: no memory/,
    )
  })
})

describe('embedded programs', () => {
  test('under a folder that only root may enter are copied', needs(lackOfEmbedded, lackOfRoot), async () => {
    const locked = folder()
    chmodSync(locked, 0o700)
    const native = join(locked, 'native')
    cpSync(dirname(embedded!.bin), native, { recursive: true, verbatimSymlinks: true })
    const service = await startPrivate({ ...embedded!, bin: join(native, 'bin') }, context())
    expect(await currentDatabase(await service.environment('copied'))).toMatch(/^rungs_/)
    expect(service.notes.join('\n')).toMatch(/copied to/)
    await service.stop()
  })

  test('get the links that npm could not pack', needs(lackOfEmbedded), () => {
    const native = join(folder(), 'native')
    // Only what the links need: the list, and a folder for them.
    mkdirSync(join(native, 'lib'), { recursive: true })
    cpSync(join(dirname(embedded!.bin), 'pg-symlinks.json'), join(native, 'pg-symlinks.json'))
    expect(needsCopy(join(native, 'bin'))).toBe(true)
    expect(restoreLinks(native)).toBe(true)
    expect(needsCopy(join(native, 'bin'))).toBe(false)
  })
})

describe('DATABASE_URL', () => {
  test('unreachable: one line that names the place and not the password', async () => {
    const url = `postgres://app:s3cret@127.0.0.1:${await freePort()}/app`
    const env = { ...process.env, DATABASE_URL: url }
    const error = await startService('postgres', context({ env })).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 })
    expect(String(error)).toMatch(
      /DATABASE_URL: postgres:\/\/app@127\.0\.0\.1:\d+\/app cannot be reached \(nobody listens there\)/,
    )
    expect(String(error)).not.toMatch(/s3cret|\n/)
    expect(await checkService('postgres', env)).toMatchObject({
      available: false,
      reason: expect.stringContaining('cannot be reached'),
    })
  })

  test('a server that accepts and says nothing is given up on', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const env = { DATABASE_URL: `postgres://app@127.0.0.1:${port}/app` }
    await expect(startService('postgres', context({ env }))).rejects.toThrow(/cannot be reached \(.*timeout/)
    silent.close()
  })

  test('not a Postgres URL', async () => {
    const env = { DATABASE_URL: 'mysql://u:s3cret@h/x' }
    await expect(startService('postgres', context({ env }))).rejects.toThrow(/starts with mysql:/)
  })

  describe('of a server that runs', needs(lackOfAny), () => {
    const names = async (url: string): Promise<string[]> =>
      await withConnection(url, async (client) => {
        const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1')
        return rows.map(({ datname }) => datname)
      })
    const noted = (): string[] => {
      const file = join(folders[0] ?? '', 'leases', `${lease.id}.json`)
      const { databases } = JSON.parse(readFileSync(file, 'utf8')) as { databases: { name: string }[] }
      return databases.map(({ name }) => name)
    }

    test('fresh databases are noted, created, and dropped at the end', async () => {
      const server = await startPrivate((installed ?? embedded)!, context())
      const { DATABASE_URL = '' } = await server.environment('theirs')
      const before = await names(DATABASE_URL)
      const service = await startService('postgres', context({ env: { DATABASE_URL } }))
      expect(service).toMatchObject({ source: 'DATABASE_URL', pids: [], version: server.version })
      const fresh = await currentDatabase(await service.environment('mine'))
      expect(noted()).toEqual([fresh])
      expect(await names(DATABASE_URL)).toEqual([...before, fresh].sort())
      await service.stop()
      expect(noted()).toEqual([])
      expect(await names(DATABASE_URL)).toEqual(before)
      await server.stop()
    })

    test('`given` uses the database as it is', async () => {
      const server = await startPrivate((installed ?? embedded)!, context())
      const env = await server.environment('theirs')
      const service = await startService('postgres', context({ env, database: 'given' }))
      expect(await service.environment('mine')).toEqual(env)
      await service.stop()
      expect(await currentDatabase(env)).toMatch(/theirs$/)
      await server.stop()
    })

    test('a user who may not create databases is told what to do', async () => {
      const server = await startPrivate((installed ?? embedded)!, context())
      const { DATABASE_URL = '' } = await server.environment('theirs')
      await withConnection(DATABASE_URL, (client) => client.query("CREATE USER app PASSWORD 'pw'"))
      const url = new URL(DATABASE_URL)
      url.username = 'app'
      url.password = 'pw'
      const service = await startService('postgres', context({ env: { DATABASE_URL: url.href } }))
      await expect(service.environment('mine')).rejects.toThrow(
        /does not create a database.*grant its user CREATEDB/,
      )
      await service.stop()
      await server.stop()
    })
  })
})

test('a free port can be listened on, and a taken one cannot', async () => {
  const port = await freePort()
  expect(await listenProblem(port)).toBeNull()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect(await listenProblem(port)).toBe('EADDRINUSE')
  server.close()
})

test('RUNGS_POSTGRES takes two values', async () => {
  await expect(startService('postgres', context({ env: { RUNGS_POSTGRES: 'docker' } }))).rejects.toThrow(
    'RUNGS_POSTGRES is "docker": it may be installed or embedded',
  )
})
