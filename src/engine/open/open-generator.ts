import type { Dispatcher } from 'undici'
import type { OpenLoadPlan } from '../../model/plan/load-plan.js'
import { decodeHistogram } from '../../stats/estimate/histogram.js'
import { arrivalsOf, CumulativeRate, type ScheduleSpec } from '../../stats/load/schedule.js'
import { ConnectionPool } from '../connection/connection-pool.js'
import type { ConnectionListener, OpenConnection } from '../connection/open-connection.js'
import { Entrance } from '../process/entrance.js'
import type { GeneratorEvents, RunningGenerator } from '../process/generator-child.js'
import type { Assignment, OpenGeneratorResult } from '../process/generator-messages.js'
import { logInTally } from '../process/log-ins.js'
import { compileDispatch } from '../steps/dispatch-request.js'
import { stepName } from '../steps/step-name.js'
import type { AnswerBody } from '../steps/unpack.js'
import { usersNeeded } from '../steps/users-needed.js'
import type { Seen } from '../tally/fault-log.js'
import { OpenLoad } from './open-load.js'
import type { Flight, OpenLoadEvents } from './open-schedule.js'
import { OpenUsers } from './open-users.js'

/** After so long nobody else begins to log in before a schedule: a service that cannot keep up would let in all it could. */
const LOG_IN_SECONDS = 10

const NO_EVENTS = { onProgress() {}, onSecond() {} }

/** The load of one process of the open loop: every `generators`-th arrival of the schedule, over connections of its own. */
export class OpenGenerator implements RunningGenerator, ConnectionListener<Flight> {
  readonly #assignment: Assignment<OpenLoadPlan>
  readonly #users: OpenUsers<Dispatcher.DispatchOptions>
  readonly #entrance: Entrance
  readonly #pool: ConnectionPool<Flight>
  #load: OpenLoad
  #isStopped = false
  #leadInBytes = 0
  /** Of an answer in the lead-in, on average; 0 before it. */
  #serviceSeconds = 0

  constructor(assignment: Assignment<OpenLoadPlan>, events: GeneratorEvents<OpenGeneratorResult>) {
    const { plan, connections } = assignment
    this.#assignment = assignment
    this.#users = new OpenUsers(assignment, compileDispatch)
    this.#entrance = new Entrance(assignment)
    const { origin } = new URL(plan.baseUrl)
    const { timeoutSeconds } = plan
    this.#pool = new ConnectionPool({ origin, maxConnections: connections, timeoutSeconds }, this)
    this.#load = this.#loadOf(plan, {
      ...events,
      onResult: (result) => {
        events.onResult({
          ...result,
          bytesReceived: this.#pool.bytesReceived - this.#leadInBytes,
          counterUsed: this.#users.counterUsed,
          logIns: logInTally(this.#entrance.tally, this.#users.all, this.#users.sharing),
          peakConnections: this.#pool.peak,
        })
        // undici may be in the middle of telling the last answer.
        setImmediate(() => this.#pool.destroy())
      },
    })
  }

  /** Lets users in, where they have to log in, as many as the schedule needs by what the lead-in shows. */
  async prepare(): Promise<void> {
    await this.#letIn()
    if (this.#isShut) return
    await this.#leadIn()
    await this.#letIn()
    this.#entrance.close()
  }

  /** Whether nobody was let in. */
  get #isShut(): boolean {
    return this.#entrance.tally?.loggedIn === 0
  }

  async #letIn(): Promise<void> {
    if (!this.#entrance.isNeeded || this.#isStopped) return
    const { plan, generators, part } = this.#assignment
    const wanted = usersNeeded(plan, 1 / (part?.every ?? generators), this.#serviceSeconds)
    await this.#entrance.letIn(
      this.#users.newcomers(wanted),
      (user) => this.#users.welcome(user),
      LOG_IN_SECONDS,
    )
  }

  /**
   * Sends the schedule's first rate for `leadInSeconds` and waits for the answers, as long as they may take; none of it
   * is counted. Connections are then open, and what runs for every request is compiled for what this load sends: without
   * it, requests of the first second are sent milliseconds late.
   */
  async #leadIn(): Promise<void> {
    const { leadInSeconds: seconds, stages, seed } = this.#assignment.plan
    const rate = stages.find(({ from, to }) => from > 0 || to > 0)
    if (seconds === 0 || !rate) return
    const from = rate.from || rate.to
    const measured = this.#load
    const spec: ScheduleSpec = { stages: [{ seconds, from, to: from }], arrival: 'uniform', seed }
    await new Promise<void>((resolve) => {
      const onResult = ({ serviceHistogram }: { serviceHistogram: string }) => {
        const { totalCount, mean } = decodeHistogram(serviceHistogram)
        this.#serviceSeconds = totalCount > 0 ? mean / 1e6 : 0
        resolve()
      }
      this.#load = this.#loadOf(spec, { ...NO_EVENTS, onResult })
      if (this.#isStopped) this.#load.stop()
      else this.#load.start(process.hrtime.bigint())
    })
    this.#load = measured
    this.#leadInBytes = this.#pool.bytesReceived
    this.#pool.restartPeak()
  }

  start(atNs: bigint): void {
    if (this.#isShut) this.#load.stop()
    else this.#load.start(atNs)
  }

  stop(): void {
    this.#isStopped = true
    this.#entrance.close()
    this.#load.stop()
  }

  onSent(flight: Flight): void {
    this.#load.onSent(flight)
  }

  onAnswer(connection: OpenConnection<Flight>, status: number, body: AnswerBody): void {
    this.#load.onAnswer(connection, status, body)
  }

  onFailure(connection: OpenConnection<Flight>, what: string, seen?: Seen): void {
    this.#load.onFailure(connection, what, seen)
  }

  #loadOf(spec: ScheduleSpec, events: OpenLoadEvents): OpenLoad {
    const { plan, generator, generators, part } = this.#assignment
    const schedule = {
      arrivals: arrivalsOf(spec, part ?? { first: generator, every: generators }),
      steps: plan.steps.map(stepName),
      seconds: new CumulativeRate(spec.stages).seconds,
      timeoutSeconds: plan.timeoutSeconds,
      drainSeconds: plan.timeoutSeconds,
      hasOwnCore: generators <= (plan.cpus?.length ?? 0),
    }
    return new OpenLoad(schedule, { pool: this.#pool, users: this.#users }, events)
  }
}
