import autocannon from 'autocannon'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { AutocannonClient } from '../connection/autocannon-internals.js'
import { WholeAnswers } from '../connection/whole-answer.js'
import { Drain } from '../process/drain.js'
import { Entrance } from '../process/entrance.js'
import type { GeneratorEvents, RunningGenerator } from '../process/generator-child.js'
import type { Assignment, GeneratorResult } from '../process/generator-messages.js'
import { logInTally } from '../process/log-ins.js'
import { OwnCost } from '../process/own-cost.js'
import { compileRequest } from '../steps/request-bytes.js'
import { stepName } from '../steps/step-name.js'
import { counterFrom, rowsFrom, StepSequence } from '../steps/step-sequence.js'
import { compileSteps } from '../steps/steps.js'
import { Tally } from '../tally/tally.js'
import { GuardedClient } from './autocannon-client.js'

/** A rest shorter than this, in seconds, is added to the second before it. */
const SHORTEST_INTERVAL = 0.05

/**
 * The load of one process: autocannon's clients, guarded, from a common start to an exact end. Behind it the answers to
 * what is in flight are waited for; see `Drain`.
 */
export class Generator implements RunningGenerator {
  readonly #assignment: Assignment<LoadPlan>
  readonly #events: GeneratorEvents<GeneratorResult>
  readonly #tally: Tally
  readonly #entrance: Entrance
  readonly #users: StepSequence<Buffer>[] = []
  readonly #clients: GuardedClient[] = []
  /** Those of the clients whose users have logged in. */
  #admitted: readonly GuardedClient[] = []
  readonly #cost = new OwnCost()
  #counterUsed = 0
  #startedAt: bigint | null = null
  #startedMs = 0
  #secondAt = 0
  #timers: NodeJS.Timeout[] = []
  #drain: Drain | null = null
  #isStopped = false

  constructor(assignment: Assignment<LoadPlan>, events: GeneratorEvents<GeneratorResult>) {
    this.#assignment = assignment
    this.#events = events
    this.#tally = new Tally(assignment.plan.steps.map(stepName))
    this.#entrance = new Entrance(assignment)
    this.#makeClients()
  }

  async prepare(): Promise<void> {
    if (!this.#entrance.isNeeded) return
    const admitted = new Set<StepSequence<Buffer>>()
    await this.#entrance.letIn(this.#users, (user) => admitted.add(user))
    this.#entrance.close()
    this.#admitted = this.#clients.filter((_, index) =>
      admitted.has(this.#users[index] as StepSequence<Buffer>),
    )
  }

  start(): void {
    if (this.#isOver || this.#startedAt !== null) return
    this.#cost.start()
    this.#startedAt = process.hrtime.bigint()
    this.#startedMs = performance.now()
    const clients = this.#entrance.isNeeded ? this.#admitted : this.#clients
    if (clients.length === 0) {
      this.end()
      return
    }
    for (const client of clients) client.start()
    this.#timers = [setTimeout(() => this.end(), this.#msUntil(this.#assignment.plan.durationSeconds))]
    this.#awaitSecond()
  }

  /** Ends the load: what is in flight is unfinished, but its answers are waited for. */
  end(): void {
    if (this.#isOver) return
    this.#entrance.close()
    const durationUs = this.#elapsedSeconds() * 1e6
    const cost = this.#cost.end()
    const inFlight = this.#clients.filter((client) => client.end(() => this.#drain?.answered())).length
    for (const timer of this.#timers) clearTimeout(timer)
    const rest = durationUs / 1e6 - this.#secondAt
    const restSeconds = rest > 0 ? [this.#tally.endSecond(this.#secondAt, rest)] : []
    const { lastOkMs } = this.#tally
    const result = {
      ...this.#tally.total(),
      durationUs,
      lastOkUs: lastOkMs === null ? null : (lastOkMs - this.#startedMs) * 1e3,
      restSeconds,
      counterUsed: this.#counterUsed,
      logIns: logInTally(this.#entrance.tally, this.#users),
      ...cost,
    }
    this.#events.onOver?.()
    const { timeoutSeconds } = this.#assignment.plan
    this.#drain = new Drain(inFlight, timeoutSeconds, (leftBehind) => {
      for (const client of this.#clients) client.stop()
      this.#events.onResult({ ...result, leftBehind })
    })
    if (this.#isStopped) this.#drain.end()
  }

  /** Ends the load, now; what is in flight is given up. */
  stop(): void {
    this.#isStopped = true
    if (this.#drain) this.#drain.end()
    else this.end()
  }

  get #isOver(): boolean {
    return this.#drain !== null
  }

  #makeClients(): void {
    const { plan, connections, firstConnection, counterStart, generator, generators } = this.#assignment
    const steps = compileSteps(plan, compileRequest)
    const numbers = counterFrom(counterStart + generator, generators)
    const counter = { next: () => (this.#counterUsed = numbers.next()) }
    const context = {
      tally: this.#tally,
      wholeAnswers: new WholeAnswers(),
      timeoutSeconds: plan.timeoutSeconds,
      nextRow: rowsFrom(plan.rows, counterFrom(generator, generators)),
    }
    // Its promise is never awaited: what it counts is not used, and a rejection ends the process, as it should.
    void autocannon({
      url: plan.baseUrl,
      connections,
      // Its own clock stops on its sample interval only; the end is ours.
      duration: plan.durationSeconds + 3_600,
      setupClient: (client) => {
        const connection = firstConnection + this.#clients.length
        const sequence = new StepSequence(plan, steps, connection, counter)
        const raw = client as unknown as AutocannonClient
        this.#users.push(sequence)
        this.#clients.push(new GuardedClient(raw, sequence, context))
      },
    })
  }

  #awaitSecond(): void {
    const next = this.#secondAt + 1
    if (this.#assignment.plan.durationSeconds - next < SHORTEST_INTERVAL) return
    this.#timers[1] = setTimeout(() => {
      // A process that was held up ends more than one second here; the later ones held nothing.
      while (this.#secondAt + 1 <= this.#elapsedSeconds()) this.#endSecond()
      this.#awaitSecond()
    }, this.#msUntil(next))
  }

  #endSecond(): void {
    this.#events.onSecond(this.#tally.endSecond(this.#secondAt, 1))
    this.#secondAt++
    this.#events.onProgress({
      elapsedSeconds: this.#secondAt,
      ...this.#tally.progress(),
      busyShare: this.#cost.recentlyBusy(),
    })
  }

  #elapsedSeconds(): number {
    return this.#startedAt === null ? 0 : Number(process.hrtime.bigint() - this.#startedAt) / 1e9
  }

  /** Whole ms until a moment of the load, rounded up: a timer that fires early would have to be set again. */
  #msUntil(seconds: number): number {
    return Math.max(0, Math.ceil((seconds - this.#elapsedSeconds()) * 1_000))
  }
}
