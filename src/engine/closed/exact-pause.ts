/** Longest pause before a connection is tried again after it failed again and again, in ms. */
const LONGEST_PAUSE_MS = 1_000

/** How long to wait after so many failures in turn, in ms: not at all after the first, then 5, 10, 20 … 1,000. */
export function pauseAfter(failuresInTurn: number): number {
  return failuresInTurn < 2 ? 0 : Math.min(LONGEST_PAUSE_MS, 5 * 2 ** (failuresInTurn - 2))
}

/** A pause that never ends too early: timers may fire a little early; what is then done must not be. */
export class ExactPause {
  #timer: NodeJS.Timeout | null = null

  get isOn(): boolean {
    return this.#timer !== null
  }

  start(ms: number, then: () => void): void {
    this.#until(performance.now() + ms, then)
  }

  /** For good: what was to follow never does, and it stays on. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  #until(atMs: number, then: () => void): void {
    const handle = () => {
      this.#timer = null
      if (performance.now() < atMs) this.#until(atMs, then)
      else then()
    }
    this.#timer = setTimeout(handle, Math.ceil(atMs - performance.now()))
  }
}
