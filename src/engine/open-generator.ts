import type { Dispatcher } from 'undici'
import type { OpenLoadPlan } from '../model/load-plan.js'
import { arrivalsOf, CumulativeRate, type ScheduleSpec } from '../stats/schedule.js'
import { ConnectionPool } from './connection-pool.js'
import { compileDispatch } from './dispatch-request.js'
import type { GeneratorEvents, RunningGenerator } from './generator-child.js'
import type { Assignment, OpenGeneratorResult } from './generator-messages.js'
import type { ConnectionListener, OpenConnection } from './open-connection.js'
import { type Flight, OpenLoad, type OpenLoadEvents } from './open-load.js'
import { OpenUsers } from './open-users.js'
import type { AnswerBody } from './unpack.js'

/** What is under way at the end of the lead-in is given up after so long. */
const LEAD_IN_DRAIN_SECONDS = 2

const NO_EVENTS = { onProgress() {}, onSecond() {} }

/** The load of one process of the open loop: every `generators`-th arrival of the schedule, over connections of its own. */
export class OpenGenerator implements RunningGenerator, ConnectionListener<Flight> {
  readonly #assignment: Assignment<OpenLoadPlan>
  readonly #users: OpenUsers<Dispatcher.DispatchOptions>
  readonly #pool: ConnectionPool<Flight>
  #load: OpenLoad
  #isStopped = false
  #leadInBytes = 0

  constructor(assignment: Assignment<OpenLoadPlan>, events: GeneratorEvents<OpenGeneratorResult>) {
    const { plan, connections } = assignment
    this.#assignment = assignment
    this.#users = new OpenUsers(assignment, compileDispatch)
    const { origin } = new URL(plan.baseUrl)
    const { timeoutSeconds } = plan
    this.#pool = new ConnectionPool({ origin, maxConnections: connections, timeoutSeconds }, this)
    this.#load = this.#loadOf(plan, plan.timeoutSeconds, {
      ...events,
      onResult: (result) => {
        events.onResult({
          ...result,
          bytesReceived: this.#pool.bytesReceived - this.#leadInBytes,
          counterUsed: this.#users.counterUsed,
          peakConnections: this.#pool.peak,
        })
        // undici may be in the middle of telling the last answer.
        setImmediate(() => this.#pool.destroy())
      },
    })
  }

  /**
   * Sends the schedule's first rate for `leadInSeconds` and waits for the answers; none of it is counted. Connections
   * are then open, and what runs for every request is compiled for what this load sends: without it, requests of the
   * first second are sent milliseconds late.
   */
  async leadIn(): Promise<void> {
    const { leadInSeconds: seconds, stages, seed } = this.#assignment.plan
    const rate = stages.find(({ from, to }) => from > 0 || to > 0)
    if (seconds === 0 || !rate) return
    const from = rate.from || rate.to
    const measured = this.#load
    const spec: ScheduleSpec = { stages: [{ seconds, from, to: from }], arrival: 'uniform', seed }
    await new Promise<void>((resolve) => {
      this.#load = this.#loadOf(spec, LEAD_IN_DRAIN_SECONDS, { ...NO_EVENTS, onResult: () => resolve() })
      if (this.#isStopped) this.#load.stop()
      else this.#load.start(process.hrtime.bigint())
    })
    this.#load = measured
    this.#leadInBytes = this.#pool.bytesReceived
    this.#pool.restartPeak()
  }

  start(atNs: bigint): void {
    this.#load.start(atNs)
  }

  stop(): void {
    this.#isStopped = true
    this.#load.stop()
  }

  onSent(flight: Flight): void {
    this.#load.onSent(flight)
  }

  onAnswer(connection: OpenConnection<Flight>, status: number, body: AnswerBody): void {
    this.#load.onAnswer(connection, status, body)
  }

  onFailure(connection: OpenConnection<Flight>, what: string): void {
    this.#load.onFailure(connection, what)
  }

  #loadOf(spec: ScheduleSpec, drainSeconds: number, events: OpenLoadEvents): OpenLoad {
    const { plan, generator, generators, part } = this.#assignment
    const schedule = {
      arrivals: arrivalsOf(spec, part ?? { first: generator, every: generators }),
      seconds: new CumulativeRate(spec.stages).seconds,
      timeoutSeconds: plan.timeoutSeconds,
      drainSeconds: Math.min(drainSeconds, plan.timeoutSeconds),
      hasOwnCore: generators <= (plan.cpus?.length ?? 0),
    }
    return new OpenLoad(schedule, { pool: this.#pool, users: this.#users }, events)
  }
}
