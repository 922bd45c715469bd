import { Agent } from 'node:http'
import { getJson } from './get-json.js'

/** What a worker says of itself. A field that its service does not tell is null. */
export interface WorkerState {
  readonly id: string
  /** Requests served so far. */
  readonly served: number
  /** Since it started, in seconds: the clock of its counters. */
  readonly uptimeSeconds: number | null
  readonly loopDelayP99Us: number | null
  /** Time that its event loop was busy so far, in seconds. */
  readonly loopActiveSeconds: number | null
  readonly gcSeconds: number | null
  readonly poolUsed: number | null
  readonly poolWaiting: number | null
}

/**
 * Reads the answer of a level's `workerPath`.
 * @throws Error when `worker_id` or `requests_served` is missing.
 */
export function parseWorkerState(path: string, answer: unknown): WorkerState {
  const fields: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {}
  const { worker_id: id, requests_served: served } = fields
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof served !== 'number') {
    throw new Error(`${path} answered without "worker_id" and "requests_served"`)
  }
  const number = (name: string) => {
    const value = fields[name]
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
  }
  const delayMs = number('event_loop_delay_p99_ms')
  return {
    id: String(id),
    served,
    uptimeSeconds: number('uptime_seconds'),
    loopDelayP99Us: delayMs === null ? null : delayMs * 1_000,
    loopActiveSeconds: number('event_loop_active_seconds_total'),
    gcSeconds: number('gc_seconds_total'),
    poolUsed: number('db_pool_used'),
    poolWaiting: number('db_pool_waiting'),
  }
}

/** One kept-alive connection, at whose other end one worker stays, unless a proxy stands between. */
export class WorkerLink {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #url: URL
  #asking: Promise<WorkerState> | null = null

  constructor(url: string, path: string) {
    this.#url = new URL(path, url)
  }

  /**
   * Asks the worker, on a new connection where the last one was closed. A question that is still open is not asked a
   * second time: who asks again gets its answer.
   * @throws Error when it does not answer within 5 s, or without the fields that are needed.
   */
  ask(): Promise<WorkerState> {
    this.#asking ??= getJson(this.#url, this.#agent)
      .then((answer) => parseWorkerState(this.#url.pathname, answer))
      .finally(() => {
        this.#asking = null
      })
    return this.#asking
  }

  /** The next question goes over a new connection, and so perhaps to another worker. */
  close(): void {
    this.#agent.destroy()
  }
}
