import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { STILL_NODE_OPTIONS } from '../engine/process/still-process.js'
import type { Lease } from '../model/plan/lease.js'
import type { FixtureTruth, FromFixture, ToFixture } from './fixture-messages.js'
import type { Behaviour } from './fixtures.js'
import { note, startProcess } from './own-process.js'

const STDERR_KEPT = 4_000

/** A fixture's server in a process of its own, so that what it notes is not held up by what measures it. */
export class FixtureProcess {
  readonly url: string
  readonly #child: ChildProcess
  readonly #heard: Heard
  readonly #hasOwnCore: boolean

  private constructor(child: ChildProcess, heard: Heard, port: number, hasOwnCore: boolean) {
    this.#child = child
    this.#heard = heard
    this.#hasOwnCore = hasOwnCore
    this.url = `http://127.0.0.1:${port}`
  }

  /**
   * @param cpus cores to keep it on, where it then never sleeps during a load: none other needs them
   * @throws Error when it cannot be started
   */
  static async start(lease: Lease, cpus: readonly number[]): Promise<FixtureProcess> {
    const child = startProcess(
      { command: process.execPath, args: [...STILL_NODE_OPTIONS, childPath()], cpus },
      lease,
      true,
    )
    const heard = new Heard(child)
    await note(child, lease)
    const { port } = await heard.next('listening')
    return new FixtureProcess(child, heard, port, cpus.length > 0)
  }

  /** From here on it behaves so, and its log is empty. */
  async begin(behaviour: Behaviour): Promise<void> {
    this.#tell({ type: 'begin', behaviour, isAwake: this.#hasOwnCore })
    await this.#heard.next('began')
  }

  /** What it knows of the load since `begin`. */
  async end(): Promise<FixtureTruth> {
    this.#tell({ type: 'end' })
    return (await this.#heard.next('truth')).truth
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  #tell(message: ToFixture): void {
    // A process that is gone hears nothing; the answer that is awaited next then fails.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}

type Awaited = { resolve(message: FromFixture): void; reject(error: Error): void }

/** The messages of a child, asked for one at a time. What comes before it is asked for is kept. */
class Heard {
  readonly #early: FromFixture[] = []
  #awaited: Awaited | null = null
  #failure: Error | null = null

  constructor(child: ChildProcess) {
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT)
    })
    child.on('message', (message: FromFixture) => {
      if (this.#awaited) this.#awaited.resolve(message)
      else this.#early.push(message)
      this.#awaited = null
    })
    child.on('error', (error) => this.#fail(`could not be started: ${error.message}`))
    child.on('close', (code, signal) => {
      const reason = stderr.trim().split('\n').at(-1)
      this.#fail(`ended by itself (${signal ?? `exit code ${code}`})${reason ? `: ${reason}` : ''}`)
    })
  }

  async next<Type extends FromFixture['type']>(type: Type): Promise<Extract<FromFixture, { type: Type }>> {
    const message = this.#early.shift() ?? (await this.#wait())
    if (message.type === type) return message as Extract<FromFixture, { type: Type }>
    throw new Error(`the fixture's server said ${message.type} where ${type} was due`)
  }

  #wait(): Promise<FromFixture> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else this.#awaited = { resolve, reject }
    })
  }

  #fail(what: string): void {
    this.#failure ??= new Error(`the fixture's server ${what}`)
    this.#awaited?.reject(this.#failure)
    this.#awaited = null
  }
}

/** The built child, also when this file itself runs from its source (in tests). */
function childPath(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const place = isSource ? '../../dist/src/calibrate/fixture-child.js' : './fixture-child.js'
  const path = fileURLToPath(new URL(place, import.meta.url))
  if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build)`)
  return path
}
