/** An answer that is waited for in vain ends the wait after the time-out; however many come, it ends after this, in seconds. */
const MOST_SECONDS = 60

/** The longest that a load may wait for the answers to what it has sent, in seconds. */
export function longestDrain(timeoutSeconds: number): number {
  return Math.max(MOST_SECONDS, timeoutSeconds)
}

/**
 * The wait for the answers to what a load has sent, once the load is over. A service that goes on working for clients that
 * have gone would be busy with them when the next load begins, and answer that one late: a load therefore stays until its
 * last answer. The wait ends early when no answer has come for as long as the time-out.
 */
export class Drain {
  readonly #timeoutMs: number
  readonly #whenOver: (unanswered: number) => void
  readonly #limit: NodeJS.Timeout
  #quiet: NodeJS.Timeout | undefined
  #left: number
  #isOver = false

  /** @param whenOver told how many answers have not come; called once, at once where none is waited for */
  constructor(inFlight: number, timeoutSeconds: number, whenOver: (unanswered: number) => void) {
    this.#left = inFlight
    this.#timeoutMs = timeoutSeconds * 1e3
    this.#whenOver = whenOver
    this.#limit = setTimeout(() => this.end(), longestDrain(timeoutSeconds) * 1e3)
    if (inFlight === 0) this.end()
    else this.#awaitNext()
  }

  /** One request of those in flight is over, whatever came of it. */
  answered(): void {
    this.#left--
    if (this.#left === 0) this.end()
    else if (!this.#isOver) this.#awaitNext()
  }

  /** Gives up the rest, now. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#quiet)
    clearTimeout(this.#limit)
    this.#whenOver(this.#left)
  }

  #awaitNext(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.end(), this.#timeoutMs)
  }
}
