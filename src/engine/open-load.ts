import type { Dispatcher } from 'undici'
import type { Arrivals } from '../stats/schedule.js'
import type { ConnectionPool } from './connection-pool.js'
import { ExpiringQueue } from './expiring-queue.js'
import type { GeneratorEvents } from './generator-child.js'
import type { OpenGeneratorResult } from './generator-messages.js'
import type { ConnectionListener, OpenConnection } from './open-connection.js'
import { OpenTally, type SentTimes } from './open-tally.js'
import type { OpenUsers } from './open-users.js'
import { type Cost, OwnCost } from './own-cost.js'
import { Pacer } from './pacer.js'
import type { CompiledStep, StepSequence } from './step-sequence.js'

/** A request of the schedule. */
interface Arrival {
  /** Its number among this generator's arrivals, from 0. */
  readonly number: number
  readonly intendedUs: number
  /** When the generator came to it. */
  readonly cameUs: number
}

/** A request under way. */
export interface Flight extends SentTimes {
  readonly step: CompiledStep<Dispatcher.DispatchOptions>
  readonly user: StepSequence<Dispatcher.DispatchOptions>
}

/** What a load sends, and when. */
export interface OpenSchedule {
  readonly arrivals: Arrivals
  /** Its length. */
  readonly seconds: number
  /** A request without an answer after so long has timed out; one that waited for a connection so long is not sent. */
  readonly timeoutSeconds: number
  /** What is under way at the schedule's end is waited for this long. */
  readonly drainSeconds: number
}

/** With what it is sent. */
export interface OpenMeans {
  readonly pool: ConnectionPool<Flight>
  readonly users: OpenUsers<Dispatcher.DispatchOptions>
}

export type OpenLoadResult = Omit<OpenGeneratorResult, 'bytesReceived' | 'counterUsed' | 'peakConnections'>

export type OpenLoadEvents = GeneratorEvents<OpenLoadResult>

/**
 * One schedule, sent: each request when it is due, or as soon after as a connection is free. After the schedule's end it
 * goes on with what it has, for a while. It leaves no connection busy.
 */
export class OpenLoad implements ConnectionListener<Flight> {
  readonly #events: OpenLoadEvents
  readonly #tally: OpenTally
  readonly #users: OpenMeans['users']
  readonly #pool: OpenMeans['pool']
  readonly #schedule: OpenSchedule
  readonly #timeoutUs: number
  readonly #cost = new OwnCost()
  readonly #pacer = new Pacer(
    () => this.#nowUs(),
    (nowUs) => this.#arrive(nowUs),
  )
  readonly #waiting = new ExpiringQueue<Arrival>()
  /** In the order in which they got their request. */
  readonly #busy = new Set<OpenConnection<Flight>>()
  #arrived = 0
  #nextUs: number | null = null
  #originMs: number | null = null
  /** What the load itself has cost; null until its schedule is over. */
  #ended: (Cost & { readonly durationUs: number }) | null = null
  #timers: Partial<Record<'start' | 'second' | 'limits' | 'end', NodeJS.Timeout>> = {}
  #isOver = false

  constructor(schedule: OpenSchedule, { pool, users }: OpenMeans, events: OpenLoadEvents) {
    this.#schedule = schedule
    this.#timeoutUs = schedule.timeoutSeconds * 1e6
    this.#pool = pool
    this.#users = users
    this.#tally = new OpenTally(users.stepCount)
    this.#events = events
  }

  /** @param atNs the moment of its start, by `process.hrtime.bigint()` */
  start(atNs: bigint): void {
    if (this.#isOver || this.#originMs !== null) return
    const leadMs = Number(atNs - process.hrtime.bigint()) / 1e6
    this.#originMs = performance.now() + leadMs
    this.#nextUs = this.#draw()
    this.#timers.start = setTimeout(() => this.#begin(), Math.max(0, Math.floor(leadMs)))
  }

  /** Ends it, now: what is in flight is unfinished, what waits is unsent. */
  stop(): void {
    if (this.#isOver) return
    this.#endSchedule()
    this.#finish()
  }

  onSent(flight: Flight): void {
    this.#pacer.worked()
    flight.sentUs = this.#nowUs()
  }

  onAnswer(connection: OpenConnection<Flight>, status: number, body: string): void {
    const nowUs = this.#nowUs()
    const flight = this.#land(connection)
    const fault = flight.step.check.judge(status, body, flight.user.captured)
    this.#tally.answered(flight.step.index, flight, nowUs, status, fault)
    this.#release(connection)
  }

  onFailure(connection: OpenConnection<Flight>, what: string): void {
    this.#tally.connectionFailed(this.#land(connection), what)
    // undici is still busy with what went wrong.
    setImmediate(() => this.#release(connection))
  }

  #begin(): void {
    this.#cost.start()
    this.#at('end', this.#schedule.seconds, () => this.#endAndDrain())
    this.#awaitSecond(1)
    this.#watchLimits()
    this.#pacer.run()
  }

  /** Sends what is due, each with its own intended time, and tells when the next is. */
  #arrive(nowUs: number): number | null {
    while (this.#nextUs !== null && this.#nextUs <= nowUs) {
      const arrival = { number: this.#arrived++, intendedUs: this.#nextUs, cameUs: this.#nowUs() }
      this.#nextUs = this.#draw()
      this.#tally.arrived(arrival.intendedUs, arrival.cameUs)
      const connection = this.#pool.take()
      if (connection) this.#send(connection, arrival, arrival.cameUs)
      else this.#waiting.push(arrival)
    }
    return this.#nextUs
  }

  #draw(): number | null {
    const seconds = this.#schedule.arrivals.next()
    return seconds === null ? null : seconds * 1e6
  }

  #send(connection: OpenConnection<Flight>, { number, intendedUs }: Arrival, handedUs: number): void {
    this.#pacer.worked()
    const { user, step, request } = this.#users.next(number)
    const flight = { intendedUs, handedUs, sentUs: null, step, user }
    this.#tally.sent(step.index)
    this.#busy.add(connection)
    connection.send(flight, request, step.check.needsBody)
  }

  #land(connection: OpenConnection<Flight>): Flight {
    // undici readies the connection for its next request in the next round.
    this.#pacer.worked(2)
    const { flight } = connection
    if (!flight) throw new Error('an answer came on a connection without a request')
    connection.flight = null
    this.#busy.delete(connection)
    return flight
  }

  #release(connection: OpenConnection<Flight>): void {
    this.#pool.release(connection)
    if (!this.#isOver) this.#sendWaiting()
  }

  #sendWaiting(): void {
    while (this.#waiting.size > 0) {
      this.#dropExpired(this.#nowUs())
      const connection = this.#waiting.size > 0 ? this.#pool.take() : null
      if (!connection) break
      this.#send(connection, this.#waiting.shift() as Arrival, this.#nowUs())
    }
    if (this.#ended && this.#busy.size === 0 && this.#waiting.size === 0) this.#finish()
  }

  #dropExpired(nowUs: number): void {
    for (const { intendedUs } of this.#waiting.takeUntil(nowUs - this.#timeoutUs)) {
      this.#tally.unsent(intendedUs, nowUs)
    }
  }

  /** Times out what has been under way, and drops what has waited, for too long. */
  #watchLimits(): void {
    const nowUs = this.#nowUs()
    this.#dropExpired(nowUs)
    let nextUs = Math.min(nowUs, this.#waiting.first?.intendedUs ?? nowUs)
    for (const connection of this.#busy) {
      const handedUs = connection.flight?.handedUs ?? nowUs
      if (nowUs - handedUs < this.#timeoutUs) {
        nextUs = Math.min(nextUs, handedUs)
        break
      }
      const flight = this.#land(connection)
      this.#tally.timedOut(
        flight.step.index,
        flight,
        nowUs,
        `timeout after ${this.#schedule.timeoutSeconds} s`,
      )
      this.#pool.drop(connection)
    }
    this.#timers.limits = setTimeout(
      () => this.#watchLimits(),
      Math.max(1, Math.ceil((nextUs + this.#timeoutUs - nowUs) / 1e3)),
    )
    this.#sendWaiting()
  }

  #awaitSecond(second: number): void {
    if (second > this.#schedule.seconds) return
    this.#at('second', second, () => {
      this.#tellSeconds(second)
      this.#awaitSecond(second + 1)
    })
  }

  #tellSeconds(elapsedSeconds: number): void {
    // A process that was held up tells nothing before it has seen all of it.
    this.#arrive(elapsedSeconds * 1e6)
    for (const second of this.#tally.takeSeconds(elapsedSeconds)) this.#events.onSecond(second)
    this.#events.onProgress({ elapsedSeconds, ...this.#tally.progress() })
  }

  #endAndDrain(): void {
    // The last ones may have become due while the process was held up.
    this.#arrive(this.#schedule.seconds * 1e6)
    this.#endSchedule()
    this.#timers.end = setTimeout(() => this.#finish(), this.#schedule.drainSeconds * 1e3)
    this.#sendWaiting()
  }

  #endSchedule(): void {
    if (this.#ended) return
    this.#pacer.stop()
    const durationUs = Math.min(Math.max(0, this.#nowUs()), this.#schedule.seconds * 1e6)
    this.#ended = { durationUs, ...this.#cost.end(this.#pacer.idleUs) }
  }

  #finish(): void {
    if (this.#isOver || !this.#ended) return
    this.#isOver = true
    for (const timer of Object.values(this.#timers)) clearTimeout(timer)
    const nowUs = this.#nowUs()
    for (const connection of this.#busy) {
      const { flight } = connection
      if (flight) this.#tally.unfinished(flight.step.index, flight, nowUs)
      this.#pool.drop(connection)
    }
    for (const { intendedUs } of this.#waiting.takeUntil(nowUs)) this.#tally.unsent(intendedUs, nowUs)
    const restSeconds = this.#tally.takeSeconds(this.#ended.durationUs / 1e6, true)
    this.#events.onResult({ ...this.#tally.total(), ...this.#ended, restSeconds })
  }

  /** µs since the common start; 0 before there is one. */
  #nowUs(): number {
    return this.#originMs === null ? 0 : (performance.now() - this.#originMs) * 1e3
  }

  /** Timers may fire up to a millisecond early; what is then done must not be. */
  #at(timer: 'second' | 'end', seconds: number, handle: () => void): void {
    const ms = seconds * 1e3 - this.#nowUs() / 1e3
    this.#timers[timer] = setTimeout(
      () => (this.#nowUs() < seconds * 1e6 ? this.#at(timer, seconds, handle) : handle()),
      Math.max(0, Math.ceil(ms)),
    )
  }
}
