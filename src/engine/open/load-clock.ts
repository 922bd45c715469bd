/** The time of a load, in µs since the start that all generators share, and what is to be done at moments of it. */
export class LoadClock<Timer extends string> {
  #originMs: number | null = null
  readonly #timers = new Map<Timer | 'start', NodeJS.Timeout>()

  get isSet(): boolean {
    return this.#originMs !== null
  }

  /** µs since the start, below 0 before it; 0 as long as there is none. */
  nowUs(): number {
    return this.#originMs === null ? 0 : (performance.now() - this.#originMs) * 1e3
  }

  /** A moment of `performance.now()` from one of this axis. */
  msOf(us: number): number {
    return (this.#originMs ?? 0) + us / 1e3
  }

  /**
   * @param atNs the moment of the start, by `process.hrtime.bigint()`
   * @param begin is called then, or up to a millisecond before
   */
  set(atNs: bigint, begin: () => void): void {
    const leadMs = Number(atNs - process.hrtime.bigint()) / 1e6
    this.#originMs = performance.now() + leadMs
    this.#timers.set('start', setTimeout(begin, Math.max(0, Math.floor(leadMs))))
  }

  /** Timers may fire up to a millisecond early; what is then done must not be. Replaces the timer of the same name. */
  at(timer: Timer, us: number, handle: () => void): void {
    clearTimeout(this.#timers.get(timer))
    const ms = Math.max(0, Math.ceil((us - this.nowUs()) / 1e3))
    const fire = () => (this.nowUs() < us ? this.at(timer, us, handle) : handle())
    this.#timers.set(timer, setTimeout(fire, ms))
  }

  /** Nothing is done any more; the time goes on. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }
}
