import { PauseLog } from '../../stats/load/pauses.js'

/** Timers come up to so much late: the rest of the way is spun. */
const TIMER_LATE_US = 1_000
const SPIN_US = 1_200

/**
 * Longest round of the event loop without work that counts as spinning: a longer one was held up by something else, be
 * it the garbage collector or another process.
 */
const LONGEST_SPIN_US = 50

/**
 * Calls at the moments of a schedule with an error of microseconds: sleeps on a timer until shortly before, then goes
 * round the event loop without pause, so that answers are read meanwhile as they come.
 *
 * The rounds in which nothing was done are the price of precision and not load: their time is summed up in `idleUs`, to
 * be taken off the process's CPU time. Where such a round takes long, something else held the process up: see `pauses`.
 */
export class Pacer {
  /** On the axis of the schedule. */
  readonly pauses = new PauseLog()
  #idleUs = 0
  #worked = 0
  #roundBeganUs = 0
  #isSpinning = false
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #isOver = false
  readonly #clock: () => number
  readonly #due: (nowUs: number) => number | null
  readonly #staysAwake: () => boolean

  /**
   * @param clock µs on the axis of the schedule
   * @param due does what is due, and tells the next moment or null for none
   * @param staysAwake whether not to sleep, however far the next moment is: a core takes hundreds of microseconds to wake
   *   up, and the first request after that is slow, by which a latency would be measured too long
   */
  constructor(
    clock: () => number,
    due: (nowUs: number) => number | null,
    staysAwake: () => boolean = () => false,
  ) {
    this.#clock = clock
    this.#due = due
    this.#staysAwake = staysAwake
  }

  /** Time spent going round with nothing to do, in µs. */
  get idleUs(): number {
    return this.#idleUs
  }

  /**
   * To be called whenever the process does something for the load.
   * @param rounds 2 where the next round is to tidy up after it
   */
  worked(rounds = 1): void {
    if (this.pauses.isResting) this.pauses.woke(this.#clock())
    this.#worked = Math.max(this.#worked, rounds)
  }

  /** Does what is due, and goes on until there is no next moment. */
  run(): void {
    if (this.#isOver) return
    const now = this.#clock()
    this.pauses.woke(now)
    this.#endRound(now)
    const next = this.#due(now)
    if (next === null) {
      this.#isOver = true
      return
    }
    const doneUs = this.#clock()
    const ms = Math.floor((next - doneUs - SPIN_US) / 1_000)
    this.#isSpinning = ms < 1 || this.#staysAwake()
    // A round that tidies up after work is not idle.
    if (!this.#isSpinning) this.pauses.rested(doneUs + ms * 1_000 + TIMER_LATE_US)
    else if (this.#worked === 0) this.pauses.rested(doneUs)
    this.#roundBeganUs = now
    if (this.#isSpinning) this.#immediate = setImmediate(() => this.run())
    else this.#timer = setTimeout(() => this.run(), ms)
  }

  stop(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
  }

  #endRound(now: number): void {
    const length = now - this.#roundBeganUs
    if (this.#isSpinning && this.#worked === 0) this.#idleUs += Math.min(length, LONGEST_SPIN_US)
    if (this.#worked > 0) this.#worked--
  }
}
