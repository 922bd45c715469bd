import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withRedis } from '../../src/services/redis/redis-keys.js'
import { findRedis, REDIS_INSTALL } from '../../src/services/redis/redis-programs.js'
import { freePort } from '../../src/services/support/free-port.js'
import { installCommand } from '../../src/services/support/installed-programs.js'
import { until } from './http-client.js'

const program = await findRedis(process.env)

/** Why no test can have a Redis of its own; null where it can. */
export const lackOfRedis = program
  ? null
  : `no Redis is installed (${installCommand(REDIS_INSTALL, process.env) ?? 'version 5 or newer'})`

/** A Redis of a test's own, that can be killed and started again with what it had written. */
export class TestRedis {
  readonly dir = mkdtempSync(join(tmpdir(), 'rungs-redis-'))
  readonly port: number
  readonly #file: string
  #process: ChildProcess | null = null

  private constructor(file: string, port: number) {
    this.#file = file
    this.port = port
  }

  static async start(): Promise<TestRedis> {
    if (program === null) throw new Error(lackOfRedis ?? '')
    const redis = new TestRedis(program.file, await freePort())
    await redis.run()
    return redis
  }

  url(database = 0): string {
    return `redis://127.0.0.1:${this.port}/${database}`
  }

  async run(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.dir,
      appendonly: 'yes',
      appendfsync: 'no',
    }
    const args = Object.entries({ ...settings, save: '' }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ])
    this.#process = spawn(this.#file, args, { stdio: 'ignore' })
    await until(
      () => withRedis(this.url(), (client) => client.ping()),
      (answer) => answer === 'PONG',
    )
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.#process
    this.#process = null
    if (running === null) return
    running.kill(signal)
    await once(running, 'exit')
  }

  async remove(): Promise<void> {
    await this.end()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Keys of a database. */
  keys(database = 0): Promise<string[]> {
    return withRedis(this.url(database), (client) => client.keys('*'))
  }

  /** Ids of the tasks whose mail was sent, in that order. */
  async sent(database = 0): Promise<string[]> {
    const messages = await withRedis(this.url(database), (client) => client.lrange('app:outbox', 0, -1))
    return messages.map((text) => (JSON.parse(text) as { id: string }).id)
  }
}
