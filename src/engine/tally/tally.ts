import type { Counts, ErrorKind, Interval, Sample } from '../../model/run/sample.js'
import { addHistogram, createHistogram, encodeHistogram, record } from '../../stats/estimate/histogram.js'
import type { StepCourse } from '../../stats/validity/error-onset.js'
import type { Fault } from '../steps/answer-check.js'
import { FaultLog, type Seen } from './fault-log.js'

/** One second of one generator, small enough to be sent while the load goes on. */
export interface Second extends Pick<Interval, 'atSeconds' | 'seconds' | 'ok' | 'errors' | 'scheduled'> {
  /** Times of the `ok` answers of this second, encoded. */
  readonly histogram: string
}

/** What one generator has done so far. */
export interface Progress {
  readonly elapsedSeconds: number
  readonly ok: number
  readonly errors: number
  /** Answers of any kind, and requests that found no connection. */
  readonly answers: number
  readonly connectionErrors: number
  /** What went wrong, the most frequent kinds. */
  readonly faults?: readonly ErrorKind[]
  /** Share of the last second in which it was busy, 0 to 1. */
  readonly busyShare?: number
  /** Open loop: 99th percentile of its own part of the send lag so far, in µs. */
  readonly ownLagUs?: number
  /** Of each service, where the generator loads several. */
  readonly each?: readonly Progress[]
}

export interface Tallied {
  readonly counts: Counts
  readonly statuses: Record<string, number>
  readonly errors: ErrorKind[]
  /** What the generator could not send, by the code of the error. */
  readonly limits: NonNullable<Sample['generator']['limits']>
  readonly bytesReceived: number
  readonly censored: number
  readonly steps: { sent: number; ok: number; histogram: string; course: StepCourse }[]
}

/** So many of them are told while the load goes on. */
const FAULTS_TOLD = 3

/**
 * Counts what one generator sends and gets. Every request enters by `sent` and leaves by exactly one of the others; by
 * `limited` it leaves as one that was never sent.
 * The hot path is one histogram record and a few sums; what a whole second holds is added up at its end.
 */
export class Tally {
  bytesReceived = 0
  /** By `performance.now()`, where a client tells: the last answer as expected. */
  lastOkMs: number | null = null
  readonly #counts: Counts = {
    sent: 0,
    ok: 0,
    badStatus: 0,
    badBody: 0,
    timeout: 0,
    connectionError: 0,
    unfinished: 0,
  }
  readonly #statuses: number[] = []
  readonly #faults: FaultLog
  readonly #limits = new Map<string, number>()
  readonly #steps
  #limited = 0
  #censored = 0
  #okBefore = 0
  #errorsBefore = 0

  /** The second of the load that it is in. */
  #second = 0

  /** @param steps their names */
  constructor(steps: readonly string[]) {
    this.#faults = new FaultLog(steps)
    this.#steps = steps.map(() => ({
      sent: 0,
      ok: 0,
      course: { ok: [] as number[], errors: [] as number[] },
      /** This second's `ok` answers, not in `total` yet. */
      second: createHistogram(),
      total: createHistogram(),
    }))
  }

  sent(step: number): void {
    this.#counts.sent++
    this.#of(step).sent++
  }

  /**
   * @param us the time to record, in µs: service time, or in an open loop the latency
   * @param seen what a wrong answer looked like
   * @param second that it belongs to, where that is not the one that it came in
   */
  answered(
    step: number,
    status: number,
    us: number,
    fault: Fault | null,
    seen?: Seen,
    second = this.#second,
  ): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
    if (fault) {
      this.#counts[fault.kind]++
      this.#failed(fault.what, step, second, seen)
      return
    }
    this.#counts.ok++
    const own = this.#of(step)
    own.ok++
    own.course.ok[second] = (own.course.ok[second] ?? 0) + 1
    record(own.second, us)
  }

  timedOut(step: number, us: number, what: string, second = this.#second): void {
    this.#counts.timeout++
    this.#failed(what, step, second)
    this.#censor(step, us)
  }

  unfinished(step: number, us: number): void {
    this.#counts.unfinished++
    this.#censor(step, us)
  }

  connectionFailed(step: number, what: string, seen?: Seen, second = this.#second): void {
    this.#counts.connectionError++
    this.#failed(what, step, second, seen)
  }

  /** The generator could not send it, for a limit of its own. */
  limited(step: number, what: string): void {
    this.#counts.sent--
    this.#of(step).sent--
    this.#limited++
    this.#limits.set(what, (this.#limits.get(what) ?? 0) + 1)
  }

  /** Counts something that went wrong and that no request can be blamed for. */
  noteError(what: string): void {
    this.#faults.note(what, null)
  }

  /** Ends a second (or the part of one at the end) and tells what it held. */
  endSecond(atSeconds: number, seconds: number): Second {
    const all = createHistogram()
    for (const step of this.#steps) {
      if (step.second.totalCount === 0) continue
      addHistogram(all, step.second)
      addHistogram(step.total, step.second)
      step.second.reset()
    }
    const { ok } = this.#counts
    const errors = this.#errorCount()
    const second = {
      atSeconds,
      seconds,
      ok: ok - this.#okBefore,
      errors: errors - this.#errorsBefore,
      histogram: encodeHistogram(all),
    }
    this.#okBefore = ok
    this.#errorsBefore = errors
    this.#second = atSeconds + 1
    return second
  }

  progress(): Omit<Progress, 'elapsedSeconds'> {
    const { ok, badStatus, badBody, connectionError } = this.#counts
    const answers = ok + badStatus + badBody
    const faults = [...this.#limitList(), ...this.#faults.list()].slice(0, FAULTS_TOLD)
    return {
      ok,
      errors: this.#errorCount(),
      answers,
      connectionErrors: connectionError + this.#limited,
      ...(faults.length > 0 ? { faults } : {}),
    }
  }

  /** All of it. */
  total(): Tallied {
    for (const step of this.#steps) {
      addHistogram(step.total, step.second)
      step.second.reset()
    }
    return {
      counts: { ...this.#counts },
      statuses: Object.fromEntries(Object.entries(this.#statuses)),
      errors: this.#faults.list(),
      limits: this.#limitList(),
      bytesReceived: this.bytesReceived,
      censored: this.#censored,
      steps: this.#steps.map(({ sent, ok, total, course }) => ({
        sent,
        ok,
        histogram: encodeHistogram(total),
        course: { ok: [...course.ok], errors: [...course.errors] },
      })),
    }
  }

  #limitList(): Tallied['limits'] {
    return [...this.#limits].map(([what, count]) => ({ what, count }))
  }

  #failed(what: string, step: number, second: number, seen?: Seen): void {
    this.#faults.note(what, step, seen)
    const { errors } = this.#of(step).course
    errors[second] = (errors[second] ?? 0) + 1
  }

  #censor(step: number, us: number): void {
    this.#censored++
    record(this.#of(step).total, us)
  }

  #errorCount(): number {
    const { badStatus, badBody, timeout, connectionError } = this.#counts
    return badStatus + badBody + timeout + connectionError
  }

  #of(step: number) {
    const own = this.#steps[step]
    if (!own) throw new Error(`no step ${step}`)
    return own
  }
}
