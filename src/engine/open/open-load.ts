import type { Pause } from '../../stats/load/pauses.js'
import type { ConnectionListener, OpenConnection } from '../connection/open-connection.js'
import { type Cost, OwnCost } from '../process/own-cost.js'
import { isOwnLimit } from '../process/own-limits.js'
import type { AnswerBody } from '../steps/unpack.js'
import type { Seen } from '../tally/fault-log.js'
import { GarbageLog } from '../tally/garbage-log.js'
import { ExpiringQueue } from './expiring-queue.js'
import { LoadClock } from './load-clock.js'
import type { Arrival, Flight, OpenLoadEvents, OpenMeans, OpenSchedule } from './open-schedule.js'
import { OpenTally } from './open-tally.js'
import { Pacer } from './pacer.js'

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
  readonly #garbage = new GarbageLog()
  readonly #clock = new LoadClock<'second' | 'limits' | 'end'>()
  readonly #pacer = new Pacer(
    () => this.#clock.nowUs(),
    (nowUs) => this.#arrive(nowUs),
    () => this.#schedule.hasOwnCore,
  )
  readonly #waiting = new ExpiringQueue<Arrival>()
  /** In the order in which they got their request. */
  readonly #busy = new Set<OpenConnection<Flight>>()
  #nextUs: number | null = null
  /** What the load itself has cost; null until its schedule is over. */
  #ended: (Cost & { readonly durationUs: number; readonly pauses: readonly Pause[] }) | null = null
  #isOver = false

  constructor(schedule: OpenSchedule, { pool, users }: OpenMeans, events: OpenLoadEvents) {
    this.#schedule = schedule
    this.#timeoutUs = schedule.timeoutSeconds * 1e6
    this.#pool = pool
    this.#users = users
    this.#tally = new OpenTally(schedule.steps)
    this.#events = events
  }

  /** @param atNs the moment of its start, by `process.hrtime.bigint()` */
  start(atNs: bigint): void {
    if (this.#isOver || this.#clock.isSet) return
    this.#nextUs = this.#draw()
    this.#clock.set(atNs, () => this.#begin())
  }

  /** Ends it, now: what is in flight is unfinished, what waits is unsent. */
  stop(): void {
    if (this.#isOver) return
    this.#endSchedule()
    this.#finish()
  }

  onSent(flight: Flight): void {
    this.#pacer.worked()
    flight.sentUs = this.#clock.nowUs()
  }

  onAnswer(connection: OpenConnection<Flight>, status: number, body: AnswerBody): void {
    const nowUs = this.#clock.nowUs()
    const flight = this.#land(connection, true)
    const fault = flight.step.check.judge(status, body, flight.user.captured)
    // The schedule knows no holding back: whoever is refused is only remembered.
    if (fault) flight.user.refused(flight.step, fault)
    this.#tally.answered(flight.step.index, flight, nowUs, status, fault, () => connection.example())
    this.#release(connection)
  }

  onFailure(connection: OpenConnection<Flight>, what: string, seen?: Seen): void {
    const flight = this.#land(connection)
    const { index } = flight.step
    if (isOwnLimit(what)) this.#tally.limited(index, flight, what)
    else this.#tally.connectionFailed(index, flight, what, seen)
    // undici is still busy with what went wrong.
    setImmediate(() => this.#release(connection))
  }

  #begin(): void {
    this.#garbage.start()
    this.#cost.start()
    this.#clock.at('end', this.#schedule.seconds * 1e6, () => this.#endAndDrain())
    this.#awaitSecond(1)
    this.#watchLimits()
    this.#pacer.run()
  }

  /** Sends what is due, each with its own intended time, and tells when the next is. */
  #arrive(nowUs: number): number | null {
    while (this.#nextUs !== null && this.#nextUs <= nowUs) {
      const arrival = { intendedUs: this.#nextUs, cameUs: this.#clock.nowUs() }
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

  #send(connection: OpenConnection<Flight>, { intendedUs }: Arrival, handedUs: number): void {
    this.#pacer.worked()
    const { turn, user, step, request } = this.#users.next()
    const flight = { intendedUs, handedUs, sentUs: null, turn, user, step }
    this.#tally.sent(step.index)
    this.#busy.add(connection)
    connection.send(flight, request, step.check.needsBody)
  }

  #land(connection: OpenConnection<Flight>, isAnswered = false): Flight {
    // undici readies the connection for its next request in the next round.
    this.#pacer.worked(2)
    const { flight } = connection
    if (!flight) throw new Error('an answer came on a connection without a request')
    connection.flight = null
    this.#busy.delete(connection)
    this.#users.over(flight, isAnswered)
    return flight
  }

  #release(connection: OpenConnection<Flight>): void {
    this.#pool.release(connection)
    if (!this.#isOver) this.#sendWaiting()
  }

  #sendWaiting(): void {
    while (this.#waiting.size > 0) {
      this.#dropExpired(this.#clock.nowUs())
      const connection = this.#waiting.size > 0 ? this.#pool.take() : null
      if (!connection) break
      this.#send(connection, this.#waiting.shift() as Arrival, this.#clock.nowUs())
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
    this.#pacer.worked()
    const nowUs = this.#clock.nowUs()
    this.#dropExpired(nowUs)
    let nextUs = Math.min(nowUs, this.#waiting.first?.intendedUs ?? nowUs)
    for (const connection of this.#busy) {
      const handedUs = connection.flight?.handedUs ?? nowUs
      if (nowUs - handedUs < this.#timeoutUs) {
        nextUs = Math.min(nextUs, handedUs)
        break
      }
      const flight = this.#land(connection)
      if (this.#ended) this.#tally.leftBehind++
      const what = `timeout after ${this.#schedule.timeoutSeconds} s`
      this.#tally.timedOut(flight.step.index, flight, nowUs, what)
      this.#pool.drop(connection)
    }
    this.#clock.at('limits', nextUs + this.#timeoutUs, () => this.#watchLimits())
    this.#sendWaiting()
  }

  #awaitSecond(second: number): void {
    if (second > this.#schedule.seconds) return
    this.#clock.at('second', second * 1e6, () => {
      this.#tellSeconds(second)
      this.#awaitSecond(second + 1)
    })
  }

  #tellSeconds(elapsedSeconds: number): void {
    this.#pacer.worked()
    // A process that was held up tells nothing before it has seen all of it.
    this.#arrive(elapsedSeconds * 1e6)
    for (const second of this.#tally.takeSeconds(elapsedSeconds)) this.#events.onSecond(second)
    const busyShare = this.#cost.recentlyBusy(this.#pacer.idleUs)
    this.#events.onProgress({ elapsedSeconds, ...this.#tally.progress(), busyShare })
  }

  #endAndDrain(): void {
    // The last ones may have become due while the process was held up.
    this.#arrive(this.#schedule.seconds * 1e6)
    this.#endSchedule()
    this.#clock.at('end', this.#clock.nowUs() + this.#schedule.drainSeconds * 1e6, () => this.#finish())
    this.#sendWaiting()
  }

  #endSchedule(): void {
    if (this.#ended) return
    this.#pacer.stop()
    const durationUs = Math.min(Math.max(0, this.#clock.nowUs()), this.#schedule.seconds * 1e6)
    this.#garbage.end()
    const pauses = this.#pacer.pauses.pauses(({ startUs, endUs }) =>
      this.#garbage.isWithin(this.#clock.msOf(startUs), this.#clock.msOf(endUs)),
    )
    this.#ended = { durationUs, pauses, ...this.#cost.end(this.#pacer.idleUs) }
  }

  #finish(): void {
    if (this.#isOver || !this.#ended) return
    this.#isOver = true
    this.#clock.stop()
    const nowUs = this.#clock.nowUs()
    for (const connection of this.#busy) {
      const flight = this.#land(connection)
      this.#tally.leftBehind++
      this.#tally.unfinished(flight.step.index, flight, nowUs)
      this.#pool.drop(connection)
    }
    for (const { intendedUs } of this.#waiting.takeUntil(nowUs)) this.#tally.unsent(intendedUs, nowUs)
    const restSeconds = this.#tally.takeSeconds(this.#ended.durationUs / 1e6, true)
    this.#events.onResult({ ...this.#tally.total(), ...this.#ended, restSeconds })
  }
}
