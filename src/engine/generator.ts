import autocannon from 'autocannon'
import type { LoadPlan } from '../model/load-plan.js'
import { GuardedClient } from './autocannon-client.js'
import type { AutocannonClient } from './autocannon-internals.js'
import type { GeneratorEvents, RunningGenerator } from './generator-child.js'
import type { Assignment, GeneratorResult } from './generator-messages.js'
import { OwnCost } from './own-cost.js'
import { compileRequest } from './request-bytes.js'
import { stepName } from './step-name.js'
import { compileSteps, counterFrom, rowsFrom, StepSequence } from './step-sequence.js'
import { Tally } from './tally.js'
import { WholeAnswers } from './whole-answer.js'

/** A rest shorter than this, in seconds, is added to the second before it. */
const SHORTEST_INTERVAL = 0.05

/** The load of one process: autocannon's clients, guarded, from a common start to an exact end. */
export class Generator implements RunningGenerator {
  readonly #assignment: Assignment<LoadPlan>
  readonly #events: GeneratorEvents<GeneratorResult>
  readonly #tally: Tally
  readonly #clients: GuardedClient[] = []
  readonly #cost = new OwnCost()
  #counterUsed = 0
  #startedAt: bigint | null = null
  #secondAt = 0
  #timers: NodeJS.Timeout[] = []
  #over = false

  constructor(assignment: Assignment<LoadPlan>, events: GeneratorEvents<GeneratorResult>) {
    this.#assignment = assignment
    this.#events = events
    this.#tally = new Tally(assignment.plan.steps.map(stepName))
    this.#makeClients()
  }

  start(): void {
    if (this.#over || this.#startedAt !== null) return
    this.#cost.start()
    this.#startedAt = process.hrtime.bigint()
    for (const client of this.#clients) client.start()
    this.#timers = [setTimeout(() => this.stop(), this.#msUntil(this.#assignment.plan.durationSeconds))]
    this.#awaitSecond()
  }

  /** Ends the load, now; what is in flight is unfinished. */
  stop(): void {
    if (this.#over) return
    this.#over = true
    const durationUs = this.#elapsedSeconds() * 1e6
    const cost = this.#cost.end()
    for (const client of this.#clients) client.stop()
    for (const timer of this.#timers) clearTimeout(timer)
    const rest = durationUs / 1e6 - this.#secondAt
    const restSeconds = rest > 0 ? [this.#tally.endSecond(this.#secondAt, rest)] : []
    this.#events.onResult({
      ...this.#tally.total(),
      durationUs,
      restSeconds,
      counterUsed: this.#counterUsed,
      ...cost,
    })
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
