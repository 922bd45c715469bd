/** Work that a request hands over instead of doing it. The queue behind it can change; this does not. */
export interface TaskService {
  /**
   * Accepts a task and gives its id. The same `idempotencyKey` gives the same id, and the task runs once.
   * @throws AppError 400 for a name that no task has or arguments that it does not take; 503 when the queue does not
   *   answer: then it was not accepted.
   */
  enqueueTask(name: string, args: unknown, options?: TaskOptions): Promise<string>
  /** Null for an id that is not known (any more). @throws AppError 503 when the queue does not answer. */
  getTaskStatus(id: string): Promise<TaskStatus | null>
  /** @throws AppError 503 when the queue does not answer. */
  cancelTask(id: string): Promise<Cancellation>
  /** @throws AppError 503 when the queue does not answer. */
  queueState(): Promise<QueueState>
  /** @throws Error saying why the queue does not answer within `timeoutMs`. */
  probe(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

export interface TaskOptions {
  /** 0, the default, goes before all others; of the rest, lower goes first. */
  readonly priority?: number
  readonly delayMs?: number
  /** How often it is tried in all; the wait between doubles each time. */
  readonly attempts?: number
  /** Runs again and again; its id then stands for all of its runs. */
  readonly repeat?: { readonly everyMs: number; readonly limit?: number }
  readonly idempotencyKey?: string
}

export interface TaskStatus {
  readonly id: string
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'repeating'
  readonly result?: unknown
  readonly error?: string
}

/**
 * `cancelled`: it will not run (any more). `cancelling`: it was running and is being stopped. `finished`: too late.
 * `unknown`: there is no such task.
 */
export type Cancellation = 'cancelled' | 'cancelling' | 'finished' | 'unknown'

/** How the queue is doing, as all of its users see it. Totals are since the queue exists. */
export interface QueueState {
  readonly waiting: number
  readonly delayed: number
  readonly active: number
  readonly enqueued: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  /** Seconds from enqueueing (or from the end of the delay) to done. */
  readonly completion: Durations
  /** Seconds that the work itself took. */
  readonly run: Durations
}

/** A histogram: how many were at most `le` seconds and above the bound before. Sorted; empty buckets are left out. */
export interface Durations {
  readonly sumSeconds: number
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
}
