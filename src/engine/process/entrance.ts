import type { Dispatcher } from 'undici'
import { type Random, randomOf, seedOf } from '../../stats/estimate/random.js'
import { ConnectionPool } from '../connection/connection-pool.js'
import type { ConnectionListener, OpenConnection } from '../connection/open-connection.js'
import type { Captured } from '../steps/answer-check.js'
import { backOffMs } from '../steps/back-off.js'
import { compileDispatch } from '../steps/dispatch-request.js'
import { type CompiledStep, compileSteps, firstSteps, type ScenarioPlan } from '../steps/steps.js'
import type { AnswerBody } from '../steps/unpack.js'
import type { Assignment, LogInTally } from './generator-messages.js'

/** So many users log in at once, of all generators together: a log-in may cost as much as hundreds of requests. */
const AT_ONCE = 4

/** So often somebody is refused in a row, one after the other, before nobody is tried any more. */
const MOST_REFUSALS = 7

/** Of the seed, beyond those of the users. */
const STREAM = 1_000_000_007

type Step = CompiledStep<Dispatcher.DispatchOptions>

/** Somebody who is to log in. */
export interface Newcomer {
  readonly captured: Captured
  requestOf<Request>(step: CompiledStep<Request>): Request
}

interface Flight {
  readonly step: Step
  readonly captured: Captured
  /** @param what came instead of the answer that was expected; null for that */
  readonly over: (what: string | null) => void
}

/**
 * Lets users in before a load: each sends the steps marked `first`, a few users at a time, on connections that end with it.
 * No figure counts any of it. After a refusal one user at a time is tried, ever more seldom, and who was refused goes to
 * the end of the line; when all have been refused for a while, it gives up.
 */
export class Entrance implements ConnectionListener<Flight> {
  readonly #steps: readonly Step[]
  readonly #timeoutMs: number
  readonly #atOnce: number
  readonly #pool: ConnectionPool<Flight>
  readonly #random: Random
  readonly #refused = new Map<string, { step: number; what: string; count: number }>()
  #line: Newcomer[] = []
  #loggedIn = 0
  #shutOut = 0
  #seconds = 0
  #trying = 0
  /** In a row. */
  #refusals = 0
  #pause: NodeJS.Timeout | null = null
  #isOver = false
  #endsMs = Number.POSITIVE_INFINITY
  #onIn: (newcomer: Newcomer) => void = () => {}
  #done: () => void = () => {}

  constructor({
    plan,
    generator,
    generators,
  }: Assignment<ScenarioPlan & { readonly timeoutSeconds: number }>) {
    const steps = compileSteps(plan, compileDispatch)
    this.#steps = withNeeded(
      firstSteps(plan.steps).map((index) => steps[index] as Step),
      steps,
    )
    this.#timeoutMs = plan.timeoutSeconds * 1e3
    this.#atOnce = Math.max(1, Math.floor(AT_ONCE / generators))
    this.#random = randomOf(seedOf(plan.seed, STREAM + generator))
    const { origin } = new URL(plan.baseUrl)
    const { timeoutSeconds } = plan
    this.#pool = new ConnectionPool({ origin, maxConnections: this.#atOnce, timeoutSeconds }, this)
  }

  /** Null where nobody has to log in. */
  get tally(): Omit<LogInTally, 'shared'> | null {
    if (!this.isNeeded) return null
    return {
      users: this.#loggedIn + this.#shutOut,
      loggedIn: this.#loggedIn,
      seconds: this.#seconds,
      refused: [...this.#refused.values()],
    }
  }

  /** Whether users have to log in at all. */
  get isNeeded(): boolean {
    return this.#steps.length > 0
  }

  /**
   * Lets newcomers in, until the last of them is in or all that are left are refused for good.
   * @param onIn is told of each who has logged in
   * @param mostSeconds after which nobody else begins to, which is no refusal
   */
  async letIn<One extends Newcomer>(
    newcomers: readonly One[],
    onIn: (one: One) => void,
    mostSeconds = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    if (this.#isOver || newcomers.length === 0 || this.#refusals >= MOST_REFUSALS) return
    const beganMs = performance.now()
    this.#line = [...newcomers]
    this.#onIn = onIn as (newcomer: Newcomer) => void
    this.#endsMs = beganMs + mostSeconds * 1e3
    await new Promise<void>((resolve) => {
      this.#done = resolve
      this.#goOn()
    })
    this.#seconds += (performance.now() - beganMs) / 1e3
  }

  /** Lets nobody else in, now. */
  close(): void {
    this.#isOver = true
    if (this.#pause) clearTimeout(this.#pause)
    // undici may be in the middle of telling the last answer.
    setImmediate(() => this.#pool.destroy())
    this.#done()
  }

  onSent(): void {}

  onAnswer(connection: OpenConnection<Flight>, status: number, body: AnswerBody): void {
    const flight = this.#land(connection)
    this.#pool.release(connection)
    flight?.over(flight.step.check.judge(status, body, flight.captured)?.what ?? null)
  }

  onFailure(connection: OpenConnection<Flight>, what: string): void {
    const flight = this.#land(connection)
    // undici is still busy with what went wrong.
    setImmediate(() => {
      this.#pool.release(connection)
      flight?.over(what)
    })
  }

  #land(connection: OpenConnection<Flight>): Flight | null {
    const { flight } = connection
    connection.flight = null
    return flight
  }

  #goOn(): void {
    if (this.#isOver) return
    if (this.#refusals >= MOST_REFUSALS) {
      this.#shutOut += this.#line.length
      this.#line = []
    } else if (performance.now() >= this.#endsMs) this.#line = []
    const most = this.#refusals > 0 ? 1 : this.#atOnce
    while (!this.#pause && this.#trying < most) {
      const newcomer = this.#line.shift()
      if (!newcomer) break
      void this.#try(newcomer)
    }
    if (this.#trying === 0 && this.#line.length === 0) this.#done()
  }

  async #try(newcomer: Newcomer): Promise<void> {
    // Those who are refused at the same time are one refusal.
    const before = this.#refusals
    this.#trying++
    const refusal = await this.#logIn(newcomer)
    this.#trying--
    if (refusal === null) {
      this.#refusals = 0
      this.#loggedIn++
      this.#onIn(newcomer)
    } else {
      this.#note(refusal)
      this.#line.push(newcomer)
      this.#refusals = Math.max(this.#refusals, before + 1)
      if (this.#refusals < MOST_REFUSALS) this.#holdBack()
    }
    this.#goOn()
  }

  #holdBack(): void {
    if (this.#isOver || this.#pause) return
    this.#pause = setTimeout(
      () => {
        this.#pause = null
        this.#goOn()
      },
      backOffMs(this.#refusals, this.#random),
    )
  }

  /** One after the other; what came instead of the first that was not answered as expected, or null. */
  async #logIn(newcomer: Newcomer): Promise<{ step: number; what: string } | null> {
    for (const step of this.#steps) {
      const what = await this.#ask(newcomer, step)
      if (what !== null) return { step: step.index, what }
    }
    return null
  }

  #ask(newcomer: Newcomer, step: Step): Promise<string | null> {
    const connection = this.#pool.take()
    if (!connection) throw new Error('more users log in at once than there are connections for')
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.#pool.drop(connection)
        resolve(`timeout after ${this.#timeoutMs / 1e3} s`)
      }, this.#timeoutMs)
      const over = (what: string | null) => {
        clearTimeout(limit)
        resolve(what)
      }
      const flight = { step, captured: newcomer.captured, over }
      connection.send(flight, newcomer.requestOf(step), step.check.needsBody)
    })
  }

  #note({ step, what }: { step: number; what: string }): void {
    const key = `${step} ${what}`
    const count = (this.#refused.get(key)?.count ?? 0) + 1
    this.#refused.set(key, { step, what, count })
  }
}

/** The steps, each behind those whose answers it needs. */
function withNeeded(first: readonly Step[], all: readonly Step[]): Step[] {
  const order: Step[] = []
  const seen = new Set<Step>()
  const add = (step: Step): void => {
    if (seen.has(step)) return
    seen.add(step)
    for (const { from } of step.needs) add(all[from] as Step)
    order.push(step)
  }
  for (const step of first) add(step)
  return order
}
