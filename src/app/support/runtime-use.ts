import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'

const RESOLUTION_MS = 10
const WINDOW_MS = 1_000

/**
 * What the event loop and the garbage collector of this process do. Times are totals since it started, so that any
 * number of readers can take differences without disturbing each other.
 */
export class RuntimeUse {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #collections: PerformanceObserver
  readonly #timer: NodeJS.Timeout
  #lastWindowMs = 0
  #gcMs = 0

  constructor() {
    this.#delay.enable()
    this.#timer = setInterval(() => {
      this.#lastWindowMs = this.#underWayMs()
      this.#delay.reset()
    }, WINDOW_MS).unref()
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcMs += duration
    })
    this.#collections.observe({ entryTypes: ['gc'] })
  }

  /** 99th percentile of what a timer was late, in ms: of the last full second or of that under way, the higher one. */
  get loopDelayP99Ms(): number {
    return Math.max(this.#lastWindowMs, this.#underWayMs())
  }

  get loopActiveSeconds(): number {
    return performance.eventLoopUtilization().active / 1_000
  }

  get gcSeconds(): number {
    return this.#gcMs / 1_000
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
    this.#collections.disconnect()
  }

  /** Node counts the wait for the timer itself too; an empty histogram has 0. */
  #underWayMs(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS)
  }
}
