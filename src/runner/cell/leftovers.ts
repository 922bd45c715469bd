import { setTimeout as delay } from 'node:timers/promises'
import type { Pair } from '../../engine/duet/duet.js'
import type { Sample } from '../../model/run/sample.js'
import { leftoverSeconds, leftoverText } from '../../stats/validity/leftovers.js'

/** It is waited for so long at most. */
const MOST_SECONDS = 60

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
   * Waits until it should be done, for a minute at most.
   * @returns what is wrong with a measurement of so many seconds that begins now, or null
   */
  async wait(phaseSeconds: number, signal: AbortSignal): Promise<string | null> {
    const waitMs = Math.min(MOST_SECONDS * 1e3, this.#untilMs - performance.now())
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
    const left = Math.max(0, this.#untilMs - performance.now()) / 1e3
    return leftoverText(left, this.#requests, phaseSeconds)
  }
}

const OF = new WeakMap<object, Leftovers>()

/** Those of a service that is up: one load after another, whatever it is that they measure. */
export function leftoversOf(booted: object): Leftovers {
  const known = OF.get(booted) ?? new Leftovers()
  OF.set(booted, known)
  return known
}

/** Of two services that are loaded at once. */
export class PairLeftovers {
  readonly #each: Pair<Leftovers>

  constructor([first, second]: Pair<object>) {
    this.#each = [leftoversOf(first), leftoversOf(second)]
  }

  note(samples: Pair<Sample>): void {
    for (const arm of [0, 1] as const) this.#each[arm].note(samples[arm])
  }

  /** As `Leftovers.wait`, for both. */
  async wait(phaseSeconds: number, signal: AbortSignal): Promise<string | null> {
    const texts = await Promise.all(this.#each.map((one) => one.wait(phaseSeconds, signal)))
    return texts.find((text) => text !== null) ?? null
  }
}
