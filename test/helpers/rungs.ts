import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const MAIN = resolve(import.meta.dirname, '../../dist/src/cli/main.js')

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The built `rungs` command in a folder of its own, with a state folder of its own for its leases. */
export class Sandbox {
  readonly dir = mkdtempSync(join(tmpdir(), 'rungs-test-'))
  /** Carried by every process that comes of it, so that a test can look for what was left behind. */
  readonly mark = `RUNGS_TEST_MARK=${this.dir}`

  /** @param main the program, rungs itself unless given */
  constructor(readonly main = MAIN) {}

  /** Variables of the caller that would steer rungs are left out. */
  env(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { PATH, HOME, LANG, CI, CHROMIUM } = process.env
    const [name, value] = this.mark.split('=') as [string, string]
    const base = { PATH, HOME, LANG, CI, CHROMIUM, NO_COLOR: '1', RUNGS_STATE_DIR: join(this.dir, 'state') }
    return { ...base, [name]: value, ...extra }
  }

  start(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess & { finished: Promise<Finished> } {
    const child = spawn(process.execPath, [this.main, ...args], {
      cwd: this.dir,
      env: this.env(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const finished = new Promise<Finished>((done, fail) => {
      child.on('error', fail)
      // `exit`, not `close`: after a SIGKILL its orphans may hold the pipes.
      child.on('exit', (code, signal) => setImmediate(() => done({ code, signal, stdout, stderr })))
    })
    return Object.assign(child, { finished })
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.start(args, env).finished
  }

  /** Processes that came of this sandbox and still live, as `pid command`. */
  leftovers(): string[] {
    return readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return []
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(this.mark)) return []
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`]
      } catch {
        return [] // It ended between the listing and the look.
      }
    })
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
