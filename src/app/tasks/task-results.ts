import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { bucketOf } from './durations.js'
import type { ConnectionBehaviour } from './task-queues.js'
import type { TaskSettings } from './task-settings.js'

/** What became of a task. */
export interface TaskRecord {
  readonly state: 'done' | 'failed' | 'cancelled'
  readonly result?: unknown
  readonly error?: string
}

/** How long it took, in ms. */
export interface TaskTimes {
  readonly completionMs: number
  readonly runMs: number
}

/** Writes what became of a task once, and counts it once: whoever comes second changes nothing. */
const FINISH = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return 0 end
for i = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1`

/** Puts a message into the outbox once, however often it is sent. */
const SEND_ONCE = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('LTRIM', KEYS[2], -100000, -1)
return 1`

interface ScriptedRedis extends Redis {
  finishTask(result: string, stats: string, ...args: (string | number)[]): Promise<number>
  sendOnce(sent: string, outbox: string, message: string, ttl: number): Promise<number>
}

/** The result backend: what became of tasks, until their time is up, and totals over all of them. */
export class TaskResults {
  readonly #redis: ScriptedRedis
  readonly #settings: TaskSettings

  constructor(settings: TaskSettings, behaviour: ConnectionBehaviour, log: Logger) {
    this.#settings = settings
    this.#redis = new Redis(settings.resultUrl, behaviour) as ScriptedRedis
    this.#redis.on('error', (error) => log.warn({ err: error }, 'result backend'))
    this.#redis.defineCommand('finishTask', { numberOfKeys: 2, lua: FINISH })
    this.#redis.defineCommand('sendOnce', { numberOfKeys: 2, lua: SEND_ONCE })
  }

  /** False when it was known already what became of the task. */
  async finish(id: string, record: TaskRecord, times: TaskTimes | null): Promise<boolean> {
    const counts: (string | number)[] = [record.state, 1]
    if (times !== null) {
      for (const [prefix, ms] of [
        ['completion', times.completionMs],
        ['run', times.runMs],
      ] as const) {
        counts.push(`${prefix}:${bucketOf(ms)}`, 1, `${prefix}_us`, Math.max(0, Math.round(ms * 1_000)))
      }
    }
    const { resultTtlSeconds } = this.#settings
    const args = [JSON.stringify(record), resultTtlSeconds, ...counts]
    return (await this.#redis.finishTask(this.#key('result', id), this.#key('stats'), ...args)) === 1
  }

  async find(id: string): Promise<TaskRecord | null> {
    const text = await this.#redis.get(this.#key('result', id))
    return text === null ? null : (JSON.parse(text) as TaskRecord)
  }

  async countEnqueued(count: number): Promise<void> {
    await this.#redis.hincrby(this.#key('stats'), 'enqueued', count)
  }

  /** Totals and histograms, by field. */
  async stats(): Promise<Record<string, string>> {
    return await this.#redis.hgetall(this.#key('stats'))
  }

  /** Asks whoever runs the task to stop it, now or when it comes to it. */
  async requestCancel(id: string): Promise<void> {
    await this.#redis.set(this.#key('cancel', id), '1', 'EX', this.#settings.resultTtlSeconds)
    await this.#redis.publish(this.#key('cancel'), id)
  }

  /** Whether a task that comes up is still to be done. */
  async isWanted(id: string): Promise<'yes' | 'finished' | 'cancelled'> {
    const [record, cancel] = await this.#redis.mget(this.#key('result', id), this.#key('cancel', id))
    if (record !== null) return 'finished'
    return cancel === null ? 'yes' : 'cancelled'
  }

  /** Tells of every request to cancel, on a connection of its own. */
  async onCancel(listener: (id: string) => void, log: Logger): Promise<Redis> {
    const subscriber = this.#redis.duplicate()
    subscriber.on('error', (error) => log.warn({ err: error }, 'result backend'))
    subscriber.on('message', (_channel, id) => listener(id))
    await subscriber.subscribe(this.#key('cancel'))
    return subscriber
  }

  /** Delivers a message of a task: once, however often the task is run. */
  async sendOnce(id: string, message: string): Promise<void> {
    await this.#redis.sendOnce(
      this.#key('sent', id),
      this.#key('outbox'),
      message,
      this.#settings.resultTtlSeconds,
    )
  }

  async ping(): Promise<void> {
    await this.#redis.ping()
  }

  close(): void {
    this.#redis.disconnect()
  }

  #key(...parts: string[]): string {
    return [this.#settings.keyPrefix, ...parts].join(':')
  }
}
