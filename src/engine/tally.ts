import type { Counts, Interval } from '../model/sample.js'
import { addHistogram, createHistogram, encodeHistogram, record } from '../stats/histogram.js'
import type { Fault } from './answer-check.js'

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
  readonly faults?: readonly { readonly what: string; readonly count: number }[]
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
  readonly errors: { what: string; count: number }[]
  readonly bytesReceived: number
  readonly censored: number
  readonly steps: { sent: number; ok: number; histogram: string }[]
}

/** More kinds of error than this are counted together. */
const ERROR_KINDS = 50

/** So many of them are told while the load goes on. */
const FAULTS_TOLD = 3

/**
 * Counts what one generator sends and gets. Every request enters by `sent` and leaves by exactly one of the others.
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
  readonly #errors = new Map<string, number>()
  readonly #steps
  #censored = 0
  #okBefore = 0
  #errorsBefore = 0

  constructor(steps: number) {
    this.#steps = Array.from({ length: steps }, () => ({
      sent: 0,
      ok: 0,
      /** This second's `ok` answers, not in `total` yet. */
      second: createHistogram(),
      total: createHistogram(),
    }))
  }

  sent(step: number): void {
    this.#counts.sent++
    this.#of(step).sent++
  }

  /** @param us the time to record, in µs: service time, or in an open loop the latency */
  answered(step: number, status: number, us: number, fault: Fault | null): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
    if (fault) {
      this.#counts[fault.kind]++
      this.noteError(fault.what)
      return
    }
    this.#counts.ok++
    const own = this.#of(step)
    own.ok++
    record(own.second, us)
  }

  timedOut(step: number, us: number, what: string): void {
    this.#counts.timeout++
    this.noteError(what)
    this.#censor(step, us)
  }

  unfinished(step: number, us: number): void {
    this.#counts.unfinished++
    this.#censor(step, us)
  }

  connectionFailed(what: string): void {
    this.#counts.connectionError++
    this.noteError(what)
  }

  /** Counts something that went wrong and that no request can be blamed for. */
  noteError(what: string): void {
    const kind = this.#errors.has(what) || this.#errors.size < ERROR_KINDS ? what : 'other errors'
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1)
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
    return second
  }

  progress(): Omit<Progress, 'elapsedSeconds'> {
    const { ok, badStatus, badBody, connectionError } = this.#counts
    const answers = ok + badStatus + badBody
    const faults = [...this.#errors]
      .map(([what, count]) => ({ what, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, FAULTS_TOLD)
    return {
      ok,
      errors: this.#errorCount(),
      answers,
      connectionErrors: connectionError,
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
      errors: [...this.#errors].map(([what, count]) => ({ what, count })),
      bytesReceived: this.bytesReceived,
      censored: this.#censored,
      steps: this.#steps.map(({ sent, ok, total }) => ({ sent, ok, histogram: encodeHistogram(total) })),
    }
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
