import { createHistogram, encodeHistogram, type Histogram, record } from '../../stats/estimate/histogram.js'
import type { Second } from './tally.js'

interface OpenSecond {
  scheduled: number
  settled: number
  ok: number
  errors: number
  readonly times: Histogram
}

/**
 * The seconds of an open loop. A request belongs to the second in which it was to be sent, so that a second is known
 * only when the last of its requests is settled; then it is told and forgotten, which keeps a long load's memory flat.
 */
export class OpenSeconds {
  readonly #open = new Map<number, OpenSecond>()
  #spare: Histogram[] = []
  #next = 0

  arrived(intendedUs: number): void {
    this.#of(intendedUs).scheduled++
  }

  ok(intendedUs: number, latencyUs: number): void {
    const second = this.#of(intendedUs)
    second.settled++
    second.ok++
    record(second.times, latencyUs)
  }

  failed(intendedUs: number): void {
    const second = this.#of(intendedUs)
    second.settled++
    second.errors++
  }

  /** Neither answered nor failed: unsent or unfinished. */
  dropped(intendedUs: number): void {
    this.#of(intendedUs).settled++
  }

  /**
   * The seconds that are over and settled, in order; with `isEnd` all of them.
   * @param elapsedSeconds of the load; the last second may be a part of one
   */
  take(elapsedSeconds: number, isEnd = false): Second[] {
    for (; this.#next < elapsedSeconds; this.#next++) this.#of(this.#next * 1e6)
    const told: Second[] = []
    for (const [atSeconds, second] of [...this.#open].sort(([a], [b]) => a - b)) {
      const isKnown = atSeconds + 1 <= elapsedSeconds && second.settled === second.scheduled
      if (!isKnown && !isEnd) continue
      this.#open.delete(atSeconds)
      const { scheduled, ok, errors, times } = second
      const seconds = Math.min(1, elapsedSeconds - atSeconds)
      told.push({ atSeconds, seconds, scheduled, ok, errors, histogram: encodeHistogram(times) })
      times.reset()
      this.#spare.push(times)
    }
    return told
  }

  #of(intendedUs: number): OpenSecond {
    const at = Math.floor(intendedUs / 1e6)
    let second = this.#open.get(at)
    if (!second) {
      const times = this.#spare.pop() ?? createHistogram()
      second = { scheduled: 0, settled: 0, ok: 0, errors: 0, times }
      this.#open.set(at, second)
    }
    return second
  }
}
