/** Work that a request hands over instead of doing it. The queue behind it can change; this does not. */
export interface TaskService {
  /** Accepts a task and gives its id. */
  enqueueTask(name: string, args: unknown, options?: TaskOptions): Promise<string>
  /** Null for an id that is not known (any more). */
  getTaskStatus(id: string): Promise<TaskStatus | null>
  /** False when the task is already under way or done. */
  cancelTask(id: string): Promise<boolean>
}

export interface TaskOptions {
  /** Lower goes first. */
  readonly priority?: number
  readonly delayMs?: number
}

export interface TaskStatus {
  readonly id: string
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly result?: unknown
  readonly error?: string
}
