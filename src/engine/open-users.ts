import type { OpenLoadPlan } from '../model/load-plan.js'
import type { Row } from '../model/rows.js'
import type { Assignment } from './generator-messages.js'
import {
  type CompiledStep,
  type CompileRequest,
  type Counter,
  compileSteps,
  counterFrom,
  rowsFrom,
  StepSequence,
} from './step-sequence.js'

/**
 * The virtual users of one generator: as many as it may have connections, each with its own order of steps, draws and
 * captured values. They take turns: of a generator with U users, the k-th arrival is that of user k mod U, on whichever
 * connection is free. A user whose last request is still under way sends the next one all the same.
 */
export class OpenUsers<Request> {
  readonly #assignment: Assignment<OpenLoadPlan>
  readonly #steps: readonly CompiledStep<Request>[]
  readonly #counter: Counter
  readonly #nextRow: () => Row | undefined
  readonly #users: StepSequence<Request>[] = []
  #counterUsed = 0

  constructor(assignment: Assignment<OpenLoadPlan>, compile: CompileRequest<Request>) {
    const { plan, generator, generators, counterStart } = assignment
    const numbers = counterFrom(counterStart + generator, generators)
    this.#assignment = assignment
    this.#steps = compileSteps(plan, compile)
    this.#nextRow = rowsFrom(plan.rows, counterFrom(generator, generators))
    this.#counter = { next: () => (this.#counterUsed = numbers.next()) }
  }

  get stepCount(): number {
    return this.#steps.length
  }

  /** The highest number that a `counter` gave out; 0 for none. */
  get counterUsed(): number {
    return this.#counterUsed
  }

  /** @param number of the arrival among this generator's */
  next(number: number): {
    user: StepSequence<Request>
    step: CompiledStep<Request>
    request: Request
  } {
    const { plan, connections, firstConnection } = this.#assignment
    const turn = number % connections
    let user = this.#users[turn]
    if (!user) {
      user = new StepSequence(plan, this.#steps, firstConnection + turn, this.#counter)
      this.#users[turn] = user
    }
    return { user, ...user.next(this.#nextRow()) }
  }
}
