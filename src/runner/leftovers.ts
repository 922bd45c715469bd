import { setTimeout as delay } from 'node:timers/promises'
import type { Pair } from '../engine/duet.js'
import type { Sample } from '../model/sample.js'
import { leftoverSeconds, leftoverText } from '../stats/leftovers.js'

/** What the loads of a service have left it to do; see `leftoverSeconds`. */
export class Leftovers {
  #requests = 0
  /** By `performance.now()`, when it should have been done. */
  #untilMs = 0

  /** To be told of each load when it is over. */
  note(sample: Sample): void {
    this.#requests = sample.leftBehind ?? 0
    this.#untilMs = performance.now() + leftoverSeconds(sample) * 1e3
  }

  /**
   * Waits until it should be done, for `limitSeconds` at most.
   * @returns what is wrong with a measurement of so many seconds that begins now, or null
   */
  async wait(limitSeconds: number, phaseSeconds: number, signal: AbortSignal): Promise<string | null> {
    const waitMs = Math.min(limitSeconds * 1e3, this.#untilMs - performance.now())
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
    const left = Math.max(0, this.#untilMs - performance.now()) / 1e3
    return leftoverText(left, this.#requests, phaseSeconds)
  }
}

/** Of two services that are loaded at once. */
export class PairLeftovers {
  readonly #each: Pair<Leftovers> = [new Leftovers(), new Leftovers()]

  note(samples: Pair<Sample>): void {
    for (const arm of [0, 1] as const) this.#each[arm].note(samples[arm])
  }

  /** As `Leftovers.wait`, for both. */
  async wait(limitSeconds: number, phaseSeconds: number, signal: AbortSignal): Promise<string | null> {
    const texts = await Promise.all(this.#each.map((one) => one.wait(limitSeconds, phaseSeconds, signal)))
    return texts.find((text) => text !== null) ?? null
  }
}
