import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { CpuPool } from './cpu-pool.js'
import { IO_WORK } from './io-work.js'
import { TASK_KINDS, type TaskKind } from './task-catalog.js'
import { PATIENT, queueOptions, type TaskData, TaskQueues } from './task-queues.js'
import { TaskResults } from './task-results.js'
import type { TaskSettings } from './task-settings.js'

/** How often a task may lose its worker before it is given up. */
const MOST_LOST_WORKERS = 10

const CANCELLED = Symbol('cancelled')
const RETURNED = Symbol('returned')
const TOO_LONG = Symbol('too long')

/** Takes tasks from the queues and does them, until it is stopped. */
export class TaskRunner {
  readonly #settings: TaskSettings
  readonly #log: Logger
  readonly #queues: TaskQueues
  readonly #results: TaskResults
  readonly #pool = new CpuPool()
  readonly #workers: readonly Worker<TaskData>[]
  readonly #running = new Map<string, AbortController>()
  #subscriber: Redis | null = null

  constructor(settings: TaskSettings, log: Logger) {
    this.#settings = settings
    this.#log = log
    this.#queues = new TaskQueues(settings, PATIENT, log)
    this.#results = new TaskResults(settings, PATIENT, log)
    this.#workers = TASK_KINDS.map((kind) => this.#openWorker(kind))
  }

  /** Tasks that are being done. */
  get active(): number {
    return this.#running.size
  }

  async start(): Promise<void> {
    this.#subscriber = await this.#results.onCancel(
      (id) => this.#running.get(id)?.abort(CANCELLED),
      this.#log,
    )
    for (const worker of this.#workers) {
      worker.run().catch((error: unknown) => this.#log.error({ err: error }, 'queue worker'))
    }
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()))
  }

  /**
   * Takes no more tasks and waits until those under way are done. What is not done after `gracefulMs` goes back to the
   * queue. Gives how many those were.
   */
  async stop(gracefulMs: number): Promise<number> {
    const closed = Promise.all(this.#workers.map((worker) => worker.close()))
    let returned = 0
    const deadline = setTimeout(() => {
      returned = this.#running.size
      for (const controller of this.#running.values()) controller.abort(RETURNED)
    }, gracefulMs)
    await closed
    clearTimeout(deadline)
    this.#subscriber?.disconnect()
    await Promise.all([this.#queues.close(), this.#pool.close()])
    this.#results.close()
    return returned
  }

  #openWorker(kind: TaskKind): Worker<TaskData> {
    const { lockSeconds, concurrency, threads } = this.#settings
    const worker = new Worker<TaskData>(kind, (job, token) => this.#process(kind, job, token ?? ''), {
      ...queueOptions(this.#settings, PATIENT),
      autorun: false,
      concurrency: kind === 'cpu' ? threads : concurrency,
      lockDuration: lockSeconds * 1_000,
      stalledInterval: (lockSeconds * 1_000) / 2,
      maxStalledCount: MOST_LOST_WORKERS,
      runRetryDelay: 500,
    })
    worker.on('error', (error) => this.#log.warn({ err: error, queue: kind }, 'queue worker'))
    worker.on('stalled', (id) =>
      this.#log.warn({ task: id }, 'its worker is gone: it will be done by another'),
    )
    worker.on('failed', (job, error) => void this.#noteFailure(job, error))
    return worker
  }

  async #process(kind: TaskKind, job: Job<TaskData>, token: string): Promise<unknown> {
    const id = job.id ?? ''
    const controller = new AbortController()
    const { timeoutMs } = this.#settings
    const limit = timeoutMs === 0 ? undefined : setTimeout(() => controller.abort(TOO_LONG), timeoutMs)
    this.#running.set(id, controller)
    try {
      // After a crash between the work and the end of the job it comes once more: what became of it is known already.
      const wanted = await this.#results.isWanted(id)
      if (wanted === 'finished') return null
      if (wanted === 'cancelled') controller.abort(CANCELLED)
      // Whoever enqueues counts; of a repeating task nobody does.
      if (job.repeatJobKey !== undefined && job.attemptsMade === 0) await this.#results.countEnqueued(1)
      const startedAt = Date.now()
      const result = await orAbort(this.#work(kind, job, controller.signal), controller.signal)
      const endedAt = Date.now()
      const dueAt = job.timestamp + (job.opts.delay ?? 0)
      await this.#results.finish(
        id,
        { state: 'done', result },
        { completionMs: endedAt - dueAt, runMs: endedAt - startedAt },
      )
      return null
    } catch (error) {
      if (controller.signal.reason === CANCELLED) {
        await this.#results.finish(id, { state: 'cancelled' }, null)
        return null
      }
      if (controller.signal.reason === RETURNED) {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      if (controller.signal.reason === TOO_LONG) {
        // It would take as long again.
        throw new UnrecoverableError(`took longer than TASK_TIMEOUT_MS allows (${timeoutMs} ms)`)
      }
      throw error
    } finally {
      clearTimeout(limit)
      this.#running.delete(id)
    }
  }

  async #work(kind: TaskKind, job: Job<TaskData>, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted()
    if (kind === 'cpu') return await this.#pool.run({ name: job.name, args: job.data.args }, signal)
    const work = IO_WORK[job.name]
    if (work === undefined) throw new Error(`no task is named "${job.name}"`)
    return await work(job, { queues: this.#queues, results: this.#results }, signal)
  }

  /** Only the last attempt's failure is what became of the task. */
  async #noteFailure(job: Job<TaskData> | undefined, error: Error): Promise<void> {
    if (job?.id === undefined || job.finishedOn === undefined) return
    this.#log.error({ task: job.id, name: job.name, attempts: job.attemptsMade }, error.message)
    try {
      await this.#results.finish(job.id, { state: 'failed', error: error.message }, null)
    } catch (problem) {
      this.#log.error({ err: problem, task: job.id }, 'cannot note that a task failed')
    }
  }
}

/** What the work gives, or the signal's reason as soon as it is aborted, whether or not the work minds. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
