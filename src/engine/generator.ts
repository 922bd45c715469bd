import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import autocannon from 'autocannon'
import { GuardedClient } from './autocannon-client.js'
import type { AutocannonClient } from './autocannon-internals.js'
import type { Assignment, GeneratorResult } from './generator-messages.js'
import { compileSteps, counterFrom, StepSequence } from './step-sequence.js'
import { type Second, Tally } from './tally.js'
import { WholeAnswers } from './whole-answer.js'

/** A rest shorter than this, in seconds, is added to the second before it. */
const SHORTEST_INTERVAL = 0.05

const LOOP_DELAY_RESOLUTION_MS = 10

export interface GeneratorEvents {
  onSecond(second: Second, answers: number, connectionErrors: number): void
  onResult(result: GeneratorResult): void
}

/** The load of one process: autocannon's clients, guarded, from a common start to an exact end. */
export class Generator {
  readonly #assignment: Assignment
  readonly #events: GeneratorEvents
  readonly #tally: Tally
  readonly #clients: GuardedClient[] = []
  readonly #loopDelay: IntervalHistogram
  #counterUsed = 0
  #startedAt: bigint | null = null
  #cpuAtStart = process.cpuUsage()
  #secondAt = 0
  #timers: NodeJS.Timeout[] = []
  #over = false

  constructor(assignment: Assignment, events: GeneratorEvents) {
    this.#assignment = assignment
    this.#events = events
    this.#tally = new Tally(assignment.plan.steps.length)
    this.#loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS })
    this.#makeClients()
  }

  start(): void {
    if (this.#over || this.#startedAt !== null) return
    this.#loopDelay.enable()
    this.#cpuAtStart = process.cpuUsage()
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
    const cpu = process.cpuUsage(this.#cpuAtStart)
    for (const client of this.#clients) client.stop()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#loopDelay.disable()
    const rest = durationUs / 1e6 - this.#secondAt
    const lastSecond = rest > 0 ? this.#tally.endSecond(this.#secondAt, rest) : null
    this.#events.onResult({
      ...this.#tally.total(),
      durationUs,
      lastSecond,
      counterUsed: this.#counterUsed,
      cpuUs: cpu.user + cpu.system,
      // The monitor records the time between two of its own ticks.
      loopDelayP99Us: Math.max(0, this.#loopDelay.percentile(99) / 1e3 - LOOP_DELAY_RESOLUTION_MS * 1e3),
    })
  }

  #makeClients(): void {
    const { plan, connections, firstConnection, counterStart, counterStep } = this.#assignment
    const steps = compileSteps(plan)
    const numbers = counterFrom(counterStart, counterStep)
    const counter = { next: () => (this.#counterUsed = numbers.next()) }
    const context = {
      tally: this.#tally,
      wholeAnswers: new WholeAnswers(),
      timeoutSeconds: plan.timeoutSeconds,
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
    const second = this.#tally.endSecond(this.#secondAt, 1)
    this.#secondAt++
    const { ok, badStatus, badBody, connectionError } = this.#tally.counts
    this.#events.onSecond(second, ok + badStatus + badBody, connectionError)
  }

  #elapsedSeconds(): number {
    return this.#startedAt === null ? 0 : Number(process.hrtime.bigint() - this.#startedAt) / 1e9
  }

  /** Whole ms until a moment of the load, rounded up: a timer that fires early would have to be set again. */
  #msUntil(seconds: number): number {
    return Math.max(0, Math.ceil((seconds - this.#elapsedSeconds()) * 1_000))
  }
}
