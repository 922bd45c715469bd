import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'

/** When this process collected garbage, in ms of `performance.now()`. */
export class GarbageLog {
  readonly #collections: { readonly startMs: number; readonly endMs: number }[] = []
  readonly #observer = new PerformanceObserver((list) => this.#note(list.getEntries()))

  start(): void {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** Ends the noting. */
  end(): void {
    this.#note(this.#observer.takeRecords())
    this.#observer.disconnect()
  }

  isWithin(fromMs: number, toMs: number): boolean {
    return this.#collections.some(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
  }

  #note(entries: readonly PerformanceEntry[]): void {
    for (const { startTime, duration } of entries) {
      this.#collections.push({ startMs: startTime, endMs: startTime + duration })
    }
  }
}
