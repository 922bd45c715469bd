import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tellingText } from '../../model/plan/telling-lines.js'
import { codeOf, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Progress, Second } from '../tally/tally.js'
import type { FromGenerator, ToGenerator } from './generator-messages.js'
import { STILL_NODE_OPTIONS } from './still-process.js'

/** What of rungs' own environment a generator needs. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot']

const STDERR_KEPT = 4_000

export interface GeneratorListener<Result> {
  onReady(): void
  onProgress(progress: Progress): void
  onSecond(second: Second): void
  onOver(): void
  onResult(result: Result): void
  /** The process ended, or could not be started, without a result. */
  onFailure(error: Error): void
}

/**
 * A child process that generates load on one thread. It leads a process group of its own, so that Ctrl-C in a terminal
 * reaches rungs only; and it ends by itself when rungs is gone.
 */
export class GeneratorProcess<Result> {
  /** Fulfilled when the process is gone, however that came about. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  #listener: GeneratorListener<Result> | null = null
  /** Of a process that ended while nobody listened. */
  #failure: Error | null = null
  #stderr = ''
  #hasResult = false

  /**
   * @param program the module it runs, without its extension
   * @param cpu the core it is pinned to with `taskset`, or null
   */
  constructor(program: string, env: Readonly<Record<string, string>>, cpu: number | null) {
    const node = [process.execPath, ...STILL_NODE_OPTIONS, programPath(program)]
    const [command = '', ...args] = cpu === null ? node : ['taskset', '-c', String(cpu), ...node]
    this.#child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Bodies may be bytes, and values bigints.
      serialization: 'advanced',
      detached: true,
      env: { ...inherited(), ...env },
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT)
    })
    this.#child.on('message', (message: FromGenerator<Result>) => this.#heard(message))
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#failed(notStarted(error, command))
        if (this.#child.pid === undefined) resolve()
      })
      this.#child.on('close', (code, signal) => {
        if (!this.#hasResult) this.#failed(this.#died(code, signal))
        resolve()
      })
    })
  }

  /** From now on, and of a failure that lies behind. A process is for one load: it has one listener. */
  listen(listener: GeneratorListener<Result>): void {
    this.#listener = listener
    if (this.#failure) listener.onFailure(this.#failure)
  }

  tell<Plan>(message: ToGenerator<Plan>): void {
    // A process that is gone hears nothing; its `close` tells of it.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #failed(error: Error): void {
    this.#failure ??= error
    this.#listener?.onFailure(error)
  }

  #heard(message: FromGenerator<Result>): void {
    const listener = this.#listener
    if (!listener) return
    if (message.type === 'ready') listener.onReady()
    else if (message.type === 'progress') listener.onProgress(message.progress)
    else if (message.type === 'second') listener.onSecond(message.second)
    else if (message.type === 'over') listener.onOver()
    else {
      this.#hasResult = true
      listener.onResult(message.result)
    }
  }

  #died(code: number | null, signal: NodeJS.Signals | null): Error {
    return new UserError(
      `a load generator ended by itself (${signal ?? `exit code ${code}`}): ${tellingText(this.#stderr.split('\n'))}`,
      ExitCode.Invalid,
    )
  }
}

function notStarted(error: Error, command: string): Error {
  const missing = command === 'taskset' && codeOf(error) === 'ENOENT'
  const hint = missing ? ': taskset, which pins it to a core, is not installed' : `: ${error.message}`
  return new Error(`a load generator could not be started${hint}`, { cause: error })
}

function inherited(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of INHERITED) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return env
}

/** The built program, also when this file itself runs from its source (in tests). */
function programPath(program: string): string {
  const isSource = import.meta.url.endsWith('.ts')
  const folder = isSource ? '../../../dist/src/engine' : '..'
  const path = fileURLToPath(new URL(`${folder}/${program}.js`, import.meta.url))
  if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build)`)
  return path
}
