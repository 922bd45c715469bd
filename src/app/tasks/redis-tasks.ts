import type { Job } from 'bullmq'
import type { Logger } from 'pino'
import { AppError } from '../support/errors.js'
import { readDurations } from './durations.js'
import { kindOfTask, type TaskKind } from './task-catalog.js'
import { isRepeatId, kindOfId, newRepeatId, newTaskId } from './task-ids.js'
import { FAIL_FAST, TaskQueues } from './task-queues.js'
import { TaskResults } from './task-results.js'
import type { Cancellation, QueueState, TaskOptions, TaskService, TaskStatus } from './task-service.js'
import type { TaskSettings } from './task-settings.js'

/** Counts are sent so often, not with every task: the web's answer does not wait for them. */
const COUNT_EVERY_MS = 100
const ACTIVE = 'active'
/** A queue whose first connection is still to be made waits for it; a request does not wait so long. */
const ANSWER_MS = 5_000

/** Tasks in Redis: BullMQ as the broker, what became of them in the result backend. */
export class RedisTasks implements TaskService {
  readonly #queues: TaskQueues
  readonly #results: TaskResults
  readonly #log: Logger
  #uncounted = 0
  #counting: NodeJS.Timeout | null = null

  constructor(settings: TaskSettings, log: Logger) {
    this.#queues = new TaskQueues(settings, FAIL_FAST, log)
    this.#results = new TaskResults(settings, FAIL_FAST, log)
    this.#log = log
  }

  async enqueueTask(name: string, args: unknown, options: TaskOptions = {}): Promise<string> {
    const kind = kindOfTask(name, args)
    const queue = this.#queues.of(kind)
    const jobOptions = {
      ...this.#queues.jobOptions(options.attempts),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
    }
    const { repeat, idempotencyKey } = options
    return await this.#reaching(async () => {
      if (repeat !== undefined) {
        const id = newRepeatId(kind)
        const { everyMs: every, limit } = repeat
        await queue.upsertJobScheduler(
          id,
          { every, ...(limit === undefined ? {} : { limit }) },
          { name, data: { args }, opts: jobOptions },
        )
        return id
      }
      const id = newTaskId(kind, name, idempotencyKey)
      if (idempotencyKey !== undefined && (await this.#isKnown(kind, id))) return id
      await queue.add(name, { args }, { ...jobOptions, jobId: id, delay: options.delayMs ?? 0 })
      this.#count()
      return id
    })
  }

  async getTaskStatus(id: string): Promise<TaskStatus | null> {
    const kind = kindOfId(id)
    if (kind === null) return null
    return await this.#reaching(async () => {
      if (isRepeatId(id)) {
        const scheduler = await this.#queues.of(kind).getJobScheduler(id)
        return scheduler === undefined ? null : { id, state: 'repeating' as const }
      }
      const record = await this.#results.find(id)
      if (record !== null) return { id, ...record }
      const job = await this.#queues.find(kind, id)
      if (job === null) return null
      const state = await job.getState()
      if (state === ACTIVE) return { id, state: 'running' as const }
      if (state !== 'completed' && state !== 'failed') return { id, state: 'queued' as const }
      // It may have ended since it was looked for: what was read of it then has no reason yet.
      const [written, ended] = await Promise.all([this.#results.find(id), this.#queues.find(kind, id)])
      if (written !== null) return { id, ...written }
      // It failed where no worker could note it: with the last worker that had it.
      return state === 'failed' ? { id, state, error: (ended ?? job).failedReason } : null
    })
  }

  async cancelTask(id: string): Promise<Cancellation> {
    const kind = kindOfId(id)
    if (kind === null) return 'unknown'
    return await this.#reaching(async () => {
      if (isRepeatId(id)) {
        return (await this.#queues.of(kind).removeJobScheduler(id)) ? 'cancelled' : 'unknown'
      }
      if ((await this.#results.find(id)) !== null) return 'finished'
      const job = await this.#queues.find(kind, id)
      if (job === null) return (await this.#results.find(id)) === null ? 'unknown' : 'finished'
      if (await isRemoved(job)) {
        const first = await this.#results.finish(id, { state: 'cancelled' }, null)
        return first ? 'cancelled' : 'finished'
      }
      await this.#results.requestCancel(id)
      return 'cancelling'
    })
  }

  async queueState(): Promise<QueueState> {
    return await this.#reaching(async () => {
      const counts = await Promise.all(
        this.#queues.all().map((queue) => queue.getJobCounts('waiting', 'prioritized', 'delayed', ACTIVE)),
      )
      const stats = await this.#results.stats()
      const sum = (state: string) => counts.reduce((total, count) => total + (count[state] ?? 0), 0)
      const total = (field: string) => Number(stats[field] ?? 0)
      return {
        waiting: sum('waiting') + sum('prioritized'),
        delayed: sum('delayed'),
        active: sum(ACTIVE),
        enqueued: total('enqueued'),
        done: total('done'),
        failed: total('failed'),
        cancelled: total('cancelled'),
        completion: readDurations(stats, 'completion'),
        run: readDurations(stats, 'run'),
      }
    })
  }

  async probe(timeoutMs: number): Promise<void> {
    await within(timeoutMs, async () => {
      await Promise.all([this.#results.ping(), this.#queues.of('io').getJobCountByTypes(ACTIVE)])
    })
  }

  async close(): Promise<void> {
    if (this.#counting !== null) clearTimeout(this.#counting)
    await this.#sendCount()
    await this.#queues.close()
    this.#results.close()
  }

  async #isKnown(kind: TaskKind, id: string): Promise<boolean> {
    return (await this.#queues.find(kind, id)) !== null || (await this.#results.find(id)) !== null
  }

  #count(): void {
    this.#uncounted++
    this.#counting ??= setTimeout(() => {
      this.#counting = null
      void this.#sendCount()
    }, COUNT_EVERY_MS)
  }

  async #sendCount(): Promise<void> {
    const count = this.#uncounted
    if (count === 0) return
    this.#uncounted = 0
    try {
      await this.#results.countEnqueued(count)
    } catch (error) {
      // Told with the next ones: the tasks themselves are safe.
      this.#uncounted += count
      this.#log.debug({ err: error }, 'cannot count tasks now')
    }
  }

  /** @throws AppError 503 for whatever keeps Redis from doing what it is asked. */
  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await within(ANSWER_MS, work)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError(503, 'queue_unavailable', 'The queue does not answer', { cause: error })
    }
  }
}

/** False where a worker has it: then it is locked. */
async function isRemoved(job: Job): Promise<boolean> {
  try {
    await job.remove()
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('locked')) return false
    throw error
  }
}

async function within<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
