import { type Job, type JobsOptions, Queue, type QueueOptions } from 'bullmq'
import type { Logger } from 'pino'
import { TASK_KINDS, type TaskKind } from './task-catalog.js'
import type { TaskSettings } from './task-settings.js'

/** What a job carries. */
export interface TaskData {
  readonly args: unknown
}

/** Finished jobs that stay visible in the dashboard; what became of a task is in the result backend. */
const KEEP_FINISHED = { count: 1_000 }
/** Events that nobody here listens to. */
const KEEP_EVENTS = 1_000
const RECONNECT_MS = { step: 50, most: 1_000 }

/** How a connection behaves while Redis is away. */
export interface ConnectionBehaviour {
  readonly enableOfflineQueue: boolean
  readonly maxRetriesPerRequest: number | null
  readonly connectTimeout: number
  readonly commandTimeout?: number
  readonly retryStrategy: (attempt: number) => number
}

/** For those who answer requests: they fail at once where Redis is away, and say so. */
export const FAIL_FAST: ConnectionBehaviour = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  commandTimeout: 5_000,
  retryStrategy: reconnectAfter,
}

/** For those who have work to finish: they wait until Redis is back. */
export const PATIENT: ConnectionBehaviour = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  connectTimeout: 2_000,
  retryStrategy: reconnectAfter,
}

function reconnectAfter(attempt: number): number {
  return Math.min(RECONNECT_MS.step * attempt, RECONNECT_MS.most)
}

/** Where the keys of the queues are, and how to get there. */
export function queueOptions(
  { brokerUrl, keyPrefix }: TaskSettings,
  behaviour: ConnectionBehaviour,
): Pick<QueueOptions, 'connection' | 'prefix'> {
  return { connection: { url: brokerUrl, ...behaviour }, prefix: `${keyPrefix}:queue` }
}

/** The queue of each kind of task. */
export class TaskQueues {
  readonly #queues: Readonly<Record<TaskKind, Queue<TaskData>>>
  readonly #settings: TaskSettings

  constructor(settings: TaskSettings, behaviour: ConnectionBehaviour, log: Logger) {
    this.#settings = settings
    const open = (kind: TaskKind) => {
      const queue = new Queue<TaskData>(kind, {
        ...queueOptions(settings, behaviour),
        streams: { events: { maxLen: KEEP_EVENTS } },
      })
      queue.on('error', (error) => log.warn({ err: error, queue: kind }, 'queue'))
      return queue
    }
    this.#queues = { io: open('io'), cpu: open('cpu') }
  }

  of(kind: TaskKind): Queue<TaskData> {
    return this.#queues[kind]
  }

  all(): Queue<TaskData>[] {
    return TASK_KINDS.map((kind) => this.#queues[kind])
  }

  /** How every task is kept and tried again. */
  jobOptions(attempts = this.#settings.attempts): JobsOptions {
    return {
      attempts,
      backoff: { type: 'exponential', delay: this.#settings.backoffMs },
      removeOnComplete: KEEP_FINISHED,
      removeOnFail: KEEP_FINISHED,
    }
  }

  async find(kind: TaskKind, id: string): Promise<Job<TaskData> | null> {
    return (await this.#queues[kind].getJob(id)) ?? null
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((queue) => queue.close()))
  }
}
