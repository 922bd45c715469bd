import { createHistogram, encodeHistogram, record } from '../../stats/estimate/histogram.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import type { Fault } from '../steps/answer-check.js'
import type { Seen } from '../tally/fault-log.js'
import { OpenSeconds } from '../tally/open-seconds.js'
import { type Progress, type Second, type Tallied, Tally } from '../tally/tally.js'

/** A request that has been handed to a connection. Times in µs on the axis of the schedule. */
export interface SentTimes {
  readonly intendedUs: number
  /** When it got its connection. */
  readonly handedUs: number
  /** When it was written, or null while its connection is not established. */
  sentUs: number | null
}

type Totals = Tallied &
  Pick<
    OpenGeneratorResult,
    | 'leftBehind'
    | 'scheduled'
    | 'unsent'
    | 'unsentHistogram'
    | 'serviceHistogram'
    | 'lagHistogram'
    | 'ownLagHistogram'
  >

/**
 * Counts what one generator of an open loop does. Every arrival enters by `arrived` and is either `sent`, and then has
 * exactly one outcome, or is `unsent` or `limited`. Latency runs from the intended moment, service time from that of sending; both
 * are recorded for the `ok` answers and, as lower bounds, for what was given up.
 */
export class OpenTally {
  /** Given up behind the end of the schedule, while their answers were waited for. */
  leftBehind = 0
  readonly #tally: Tally
  readonly #seconds = new OpenSeconds()
  readonly #service = createHistogram()
  readonly #lag = createHistogram()
  readonly #ownLag = createHistogram()
  readonly #unsentTimes = createHistogram()
  #scheduled = 0
  #unsent = 0

  /** @param steps their names */
  constructor(steps: readonly string[]) {
    this.#tally = new Tally(steps)
  }

  /** @param cameUs when the generator came to it */
  arrived(intendedUs: number, cameUs: number): void {
    this.#scheduled++
    record(this.#ownLag, cameUs - intendedUs)
    this.#seconds.arrived(intendedUs)
  }

  sent(step: number): void {
    this.#tally.sent(step)
  }

  unsent(intendedUs: number, nowUs: number): void {
    this.#unsent++
    this.#seconds.dropped(intendedUs)
    record(this.#unsentTimes, nowUs - intendedUs)
  }

  answered(
    step: number,
    times: SentTimes,
    nowUs: number,
    status: number,
    fault: Fault | null,
    seen?: Seen,
  ): void {
    const latencyUs = nowUs - times.intendedUs
    this.#lagOf(times)
    this.#tally.answered(step, status, latencyUs, fault, seen, secondOf(times))
    if (fault) {
      this.#seconds.failed(times.intendedUs)
      return
    }
    this.#seconds.ok(times.intendedUs, latencyUs)
    this.#serviceOf(times, nowUs)
  }

  connectionFailed(step: number, times: SentTimes, what: string, seen?: Seen): void {
    this.#lagOf(times)
    this.#tally.connectionFailed(step, what, seen, secondOf(times))
    this.#seconds.failed(times.intendedUs)
  }

  /** The generator could not send it, for a limit of its own. */
  limited(step: number, { intendedUs }: SentTimes, what: string): void {
    this.#tally.limited(step, what)
    this.#seconds.dropped(intendedUs)
  }

  timedOut(step: number, times: SentTimes, nowUs: number, what: string): void {
    this.#lagOf(times)
    this.#serviceOf(times, nowUs)
    this.#tally.timedOut(step, nowUs - times.intendedUs, what, secondOf(times))
    this.#seconds.failed(times.intendedUs)
  }

  unfinished(step: number, times: SentTimes, nowUs: number): void {
    this.#lagOf(times)
    this.#serviceOf(times, nowUs)
    this.#tally.unfinished(step, nowUs - times.intendedUs)
    this.#seconds.dropped(times.intendedUs)
  }

  progress(): Omit<Progress, 'elapsedSeconds'> {
    return { ...this.#tally.progress(), ownLagUs: this.#ownLag.getValueAtPercentile(99) }
  }

  /** See `OpenSeconds.take`. */
  takeSeconds(elapsedSeconds: number, isEnd = false): Second[] {
    return this.#seconds.take(elapsedSeconds, isEnd)
  }

  total(): Totals {
    return {
      ...this.#tally.total(),
      leftBehind: this.leftBehind,
      scheduled: this.#scheduled,
      unsent: this.#unsent,
      unsentHistogram: encodeHistogram(this.#unsentTimes),
      serviceHistogram: encodeHistogram(this.#service),
      lagHistogram: encodeHistogram(this.#lag),
      ownLagHistogram: encodeHistogram(this.#ownLag),
    }
  }

  /** What never reached an established connection was sent when it got the one that failed. */
  #lagOf({ intendedUs, handedUs, sentUs }: SentTimes): void {
    record(this.#lag, (sentUs ?? handedUs) - intendedUs)
  }

  #serviceOf({ handedUs, sentUs }: SentTimes, nowUs: number): void {
    record(this.#service, nowUs - (sentUs ?? handedUs))
  }
}

/** A request belongs to the second in which it was to be sent. */
function secondOf({ intendedUs }: SentTimes): number {
  return Math.floor(intendedUs / 1e6)
}
