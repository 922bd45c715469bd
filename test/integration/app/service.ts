import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLease } from '../../../src/launch/lease/lease.js'
import { startService } from '../../../src/services/providers.js'

export const SECRET = 'a-secret-for-tests-of-more-than-32-characters'

/** A database of its own for a test file, on a real server. */
export async function freshDatabase(): Promise<{ url: string; end(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-app-'))
  const lease = await openLease({ env: process.env, stateDir: dir })
  const postgres = await startService('postgres', {
    lease,
    signal: new AbortController().signal,
    logDir: dir,
    env: process.env,
    database: 'fresh',
  })
  const env = await postgres.environment('app')
  return {
    url: env.DATABASE_URL ?? '',
    async end() {
      await postgres.stop()
      await lease.release()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

// A test that fails must not leave its service behind.
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A program of the built service, run as one deploys it. */
export class Service {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  #output = ''
  #isClosed = false
  #changed: () => void = () => {}

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const { NODE_OPTIONS: _options, NODE_ENV: _vitest, ...inherited } = process.env
    this.child = spawn(command, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(this.child)
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk
        this.#changed()
      })
    }
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      running.delete(this.child)
      this.#isClosed = true
      this.#changed()
      return { code, signal }
    })
  }

  /** Standard output and error so far. */
  get output(): string {
    return this.#output
  }

  get pid(): number {
    return this.child.pid ?? -1
  }

  /** @throws Error with the output when the process ends before the pattern appears. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match !== null) return match
      // Not by its exit code: what it printed last may come after that.
      if (this.#isClosed) {
        throw new Error(`ended without printing ${pattern}:\n${this.#output}`)
      }
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }

  async url(): Promise<string> {
    const [, port] = await this.prints(/listening on [^"]*:(\d+)"/)
    return `http://127.0.0.1:${port}`
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal)
    return await this.exited
  }
}

export function startServer(env: NodeJS.ProcessEnv = {}): Service {
  return new Service(process.execPath, ['dist/src/app/server.js'], { PORT: '0', ...env })
}

export function startCluster(env: NodeJS.ProcessEnv = {}): Service {
  return new Service(process.execPath, ['dist/src/app/cluster.js'], { PORT: '0', ...env })
}
