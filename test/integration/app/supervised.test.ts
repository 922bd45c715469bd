import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CountingClient, everyWorker, until } from '../../helpers/http-client.js'
import { Service } from './service.js'

const run = promisify(execFile)
const BIN = join(process.cwd(), 'node_modules/.bin')

let home: string
let service: Service | undefined

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rungs-pm2-'))
})

afterEach(async () => {
  await service?.stop()
  service = undefined
  expect(processesOf(home)).toEqual([])
  rmSync(home, { recursive: true })
})

function pm2Env(): NodeJS.ProcessEnv {
  return { ...process.env, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true', PM2_DISCRETE_MODE: 'true' }
}

async function boot(workers: number, env: NodeJS.ProcessEnv = {}): Promise<string> {
  service = new Service(join(BIN, 'pm2-runtime'), ['start', 'levels/2-supervised/ecosystem.config.cjs'], {
    ...pm2Env(),
    PM2_CONCURRENT_ACTIONS: '64',
    PORT: '0',
    WORKERS: String(workers),
    ...env,
  })
  const url = await service.url()
  await everyWorker(url, workers)
  return url
}

function pm2(...args: string[]) {
  return run(join(BIN, 'pm2'), args, { env: pm2Env() })
}

/** Every process that carries this PM2_HOME. */
function processesOf(pm2Home: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`PM2_HOME=${pm2Home}`)
      } catch {
        // It has ended meanwhile.
        return false
      }
    })
}

/** Runs `action` under busy and resting clients; every request must have been answered with 200. */
async function withoutLoss(url: string, action: () => Promise<void>): Promise<void> {
  const clients = [
    new CountingClient(url, '/api/simple', 8, 40),
    new CountingClient(url, '/api/simple', 40, 400),
  ]
  await action()
  await Promise.all(clients.map((client) => client.stop()))
  for (const client of clients) {
    expect(client.lost).toEqual([])
    expect(client.ok).toBeGreaterThan(0)
  }
}

// What every level promises, the contract suite tries: that a killed worker comes back, that scaling loses nothing.
describe('level 2', () => {
  it('restarts a worker that hangs', async () => {
    const url = await boot(2, {
      WORKER_TIMEOUT: '4',
      NODE_OPTIONS: `--import ${join(process.cwd(), 'test/integration/app/hang.mjs')}`,
    })
    const [victim = ''] = await everyWorker(url, 2)
    process.kill(Number(victim), 'SIGUSR2')
    await service?.prints(new RegExp(`worker ${victim}: the event loop was silent`))
    await until(
      async () => processesOf(home).includes(victim),
      (alive) => !alive,
    )
    await everyWorker(url, 2, [victim])
  })

  it('reloads again and again without losing a request', async () => {
    const url = await boot(2)
    await withoutLoss(url, async () => {
      for (let reload = 0; reload < 3; reload++) {
        const before = await everyWorker(url, 2)
        await pm2('reload', 'rungs-app', '--no-daemon')
        await everyWorker(url, 2, before)
      }
    })
  })

  it('recycles its workers one at a time without losing a request', async () => {
    const url = await boot(2, { MAX_REQUESTS: '500', MAX_REQUESTS_JITTER: '50', KEEPALIVE: '1' })
    await withoutLoss(url, async () => {
      await service?.prints(/(recycling after[\s\S]*){4}/)
    })
    expect(service?.output).not.toContain('errored')
  })

  it('shows what runs, without secrets; stops in order at SIGTERM and leaves nothing', async () => {
    await boot(2, { JWT_SECRET: 'a-secret-of-more-than-32-characters-here' })
    const { stdout } = await pm2('list')
    expect(stdout).toContain('rungs-app')
    expect(stdout).not.toContain('a-secret')
    expect(processesOf(home).length).toBeGreaterThanOrEqual(3)
    expect(await service?.stop()).toEqual({ code: 0, signal: null })
    expect(service?.output.match(/"msg":"stopped"/g)).toHaveLength(2)
    expect(processesOf(home)).toEqual([])
  })

  it('does not try again and again what wrong settings make impossible', async () => {
    service = new Service(join(BIN, 'pm2-runtime'), ['start', 'levels/2-supervised/ecosystem.config.cjs'], {
      ...pm2Env(),
      WORKERS: '1',
      KEEPALIVE: 'long',
    })
    expect((await service.exited).code).toBe(2)
    expect(service.output.match(/KEEPALIVE: "long" is not valid/g)).toHaveLength(1)
  })

  it('a reload without a running PM2 fails and starts none', async () => {
    await expect(pm2('reload', 'rungs-app', '--no-daemon')).rejects.toThrow()
    expect(processesOf(home)).toEqual([])
  })
})

describe('the exit code of pm2-runtime', () => {
  /** A program of this name that ends with 0, as PM2's daemon does when it is quicker than the runtime that wants to end with 2. */
  async function exitCodeOf(name: string, more = ''): Promise<number> {
    const file = join(home, name)
    const loaded = join(process.cwd(), 'levels/2-supervised/exit-code.cjs')
    writeFileSync(file, `require(${JSON.stringify(loaded)})\n${more || 'process.exit(0)'}`)
    return (await new Service(process.execPath, [file], {}).exited).code ?? -1
  }

  it('is 2 when PM2 ends by itself, however its own race ends', async () => {
    expect(await exitCodeOf('pm2-runtime')).toBe(2)
  })

  it('is 0 when it was told to stop', async () => {
    const stop =
      'process.on("SIGTERM", () => process.exit(0)); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1_000)'
    expect(await exitCodeOf('pm2-runtime', stop)).toBe(0)
  })

  it('of the command pm2 is its own', async () => {
    expect(await exitCodeOf('pm2')).toBe(0)
  })
})
