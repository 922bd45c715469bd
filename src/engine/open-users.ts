import type { OpenLoadPlan } from '../model/load-plan.js'
import type { Row } from '../model/rows.js'
import type { Assignment } from './generator-messages.js'
import {
  type CompiledStep,
  type CompileRequest,
  type Counter,
  compileSteps,
  counterFrom,
  hasThinkTime,
  rowsFrom,
  StepSequence,
} from './step-sequence.js'
import { UserTurns } from './user-turns.js'

/** Where users think, there may be so many for each connection. */
const MOST_PER_CONNECTION = 10

/** A user's request. */
export interface UserRequest<Request> {
  /** The user's number among this generator's. */
  readonly turn: number
  readonly user: StepSequence<Request>
  readonly step: CompiledStep<Request>
}

/**
 * The virtual users of one generator, each with its own order of steps, draws and captured values, on whichever
 * connection is free. Without think time there are as many as it may have connections, and they take turns: of U users,
 * the k-th arrival is that of user k mod U, even if the last request of that user is still under way. With think time,
 * those who think or wait for an answer are passed over; see `UserTurns`.
 */
export class OpenUsers<Request> {
  readonly #assignment: Assignment<OpenLoadPlan>
  readonly #steps: readonly CompiledStep<Request>[]
  readonly #counter: Counter
  readonly #nextRow: () => Row | undefined
  readonly #users: StepSequence<Request>[] = []
  /** Null without think time. */
  readonly #turns: UserTurns | null
  readonly #clockMs: () => number
  #counterUsed = 0

  constructor(
    assignment: Assignment<OpenLoadPlan>,
    compile: CompileRequest<Request>,
    clockMs = () => performance.now(),
  ) {
    const { plan, generator, generators, counterStart, connections } = assignment
    const numbers = counterFrom(counterStart + generator, generators)
    this.#assignment = assignment
    this.#steps = compileSteps(plan, compile)
    this.#nextRow = rowsFrom(plan.rows, counterFrom(generator, generators))
    this.#counter = { next: () => (this.#counterUsed = numbers.next()) }
    const limits = { usual: connections, most: connections * MOST_PER_CONNECTION }
    this.#turns = hasThinkTime(plan.steps) ? new UserTurns(limits) : null
    this.#clockMs = clockMs
  }

  /** The highest number that a `counter` gave out; 0 for none. */
  get counterUsed(): number {
    return this.#counterUsed
  }

  /** @param number of the arrival among this generator's */
  next(number: number): UserRequest<Request> & { readonly request: Request } {
    const { plan, connections } = this.#assignment
    const turn = this.#turns ? this.#turns.next(this.#clockMs()) : number % connections
    let user = this.#users[turn]
    if (!user) {
      user = new StepSequence(plan, this.#steps, this.#numberOf(turn), this.#counter)
      this.#users[turn] = user
    }
    const { step, request } = user.next(this.#nextRow())
    return { turn, user, step, request }
  }

  /** To be called when a request is over, however it ended: after an answer its user thinks. */
  over({ turn, user, step }: UserRequest<Request>, isAnswered: boolean): void {
    if (!this.#turns) return
    this.#turns.back(turn, this.#clockMs() + (isAnswered ? user.thinkSeconds(step) * 1e3 : 0))
  }

  /** Among the users of all generators: one for each connection, and beyond them every generator takes its turn. */
  #numberOf(turn: number): number {
    const { plan, connections, firstConnection, generator, generators } = this.#assignment
    if (turn < connections) return firstConnection + turn
    return plan.maxConnections + generator + (turn - connections) * generators
  }
}
