import type { Row } from '../../model/data/rows.js'
import type { OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Assignment } from '../process/generator-messages.js'
import type { Captured } from '../steps/answer-check.js'
import { type Counter, counterFrom, rowsFrom, StepSequence } from '../steps/step-sequence.js'
import {
  type CompiledStep,
  type CompileRequest,
  compileSteps,
  firstSteps,
  hasThinkTime,
} from '../steps/steps.js'
import { UserTurns } from '../steps/user-turns.js'

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
 * connection is free: as few as the schedule needs, see `UserTurns`. Where users log in first, one that the load needs
 * beyond those who have shares the log-in of another: a log-in of its own would come late for the request, and be a load
 * that the scenario does not measure.
 */
export class OpenUsers<Request> {
  readonly #assignment: Assignment<OpenLoadPlan>
  readonly #steps: readonly CompiledStep<Request>[]
  readonly #counter: Counter
  readonly #nextRow: () => Row | undefined
  readonly #most: number
  readonly #turns: UserTurns
  readonly #clockMs: () => number
  /** By their turns. */
  readonly #users = new Map<number, StepSequence<Request>>()
  readonly #numbers: Counter
  /** What each log-in gave, and whose it is. */
  readonly #logIns: { readonly identity: number; readonly captured: Captured }[] = []
  readonly #identities = new WeakMap<StepSequence<Request>, number>()
  /** The turns of those who have none of their own. */
  readonly #sharing = new Set<number>()
  #counterUsed = 0

  constructor(
    assignment: Assignment<OpenLoadPlan>,
    compile: CompileRequest<Request>,
    clockMs = () => performance.now(),
  ) {
    const { plan, generator, generators, counterStart, connections } = assignment
    const numbers = counterFrom(counterStart + generator, generators)
    this.#assignment = assignment
    this.#numbers = counterFrom(generator, generators)
    this.#steps = compileSteps(plan, compile)
    this.#nextRow = rowsFrom(plan.rows, counterFrom(generator, generators))
    this.#counter = { next: () => (this.#counterUsed = numbers.next()) }
    const most = connections * (hasThinkTime(plan.steps) ? MOST_PER_CONNECTION : 1)
    this.#turns = new UserTurns({ least: Math.min(most, leastUsers(plan, generators)), most })
    this.#most = most
    this.#clockMs = clockMs
  }

  /** The highest number that a `counter` gave out; 0 for none. */
  get counterUsed(): number {
    return this.#counterUsed
  }

  /** Those who have sent a request, or may. */
  get all(): readonly StepSequence<Request>[] {
    return [...this.#users.values()]
  }

  /** How many share the log-in of another. */
  get sharing(): number {
    return this.#sharing.size
  }

  /** Users who are to log in, so that as many as are wanted have; those who shared a log-in so far are sent away. */
  newcomers(wanted: number): StepSequence<Request>[] {
    for (const turn of this.#sharing) {
      this.#turns.leave(turn)
      this.#users.delete(turn)
    }
    this.#sharing.clear()
    const more = Math.max(0, Math.min(wanted, this.#most) - this.#turns.count)
    return Array.from({ length: more }, () => this.#newUser())
  }

  /** Takes in a newcomer who has logged in. */
  welcome(user: StepSequence<Request>): void {
    const identity = this.#identities.get(user) ?? 0
    this.#logIns.push({ identity, captured: { ...user.captured } })
    this.#users.set(this.#turns.join(this.#clockMs()), user)
  }

  next(): UserRequest<Request> & { readonly request: Request } {
    const turn = this.#turns.next(this.#clockMs())
    const user = this.#users.get(turn) ?? this.#make(turn)
    const { step, request } = user.next(this.#nextRow())
    return { turn, user, step, request }
  }

  /** To be called when a request is over, however it ended: after an answer its user thinks. */
  over({ turn, user, step }: UserRequest<Request>, isAnswered: boolean): void {
    this.#turns.back(turn, this.#clockMs() + (isAnswered ? user.thinkSeconds(step) * 1e3 : 0))
  }

  #make(turn: number): StepSequence<Request> {
    const shared = this.#logIns[this.#sharing.size % this.#logIns.length]
    const user = this.#newUser(shared?.identity)
    this.#users.set(turn, user)
    if (shared) {
      Object.assign(user.captured, shared.captured)
      this.#sharing.add(turn)
    }
    return user
  }

  #newUser(identity?: number): StepSequence<Request> {
    const { plan } = this.#assignment
    const number = this.#numbers.next()
    const user = new StepSequence(plan, this.#steps, number, this.#counter, identity)
    this.#identities.set(user, identity ?? number)
    return user
  }
}

/** A list that `setup` gave is spread over users, where they cost nothing. */
function leastUsers({ steps, values }: OpenLoadPlan, generators: number): number {
  if (firstSteps(steps).length > 0) return 1
  const lists = Object.values(values).map((value) => (typeof value === 'object' ? value.length : 1))
  return Math.ceil(Math.max(1, ...lists) / generators)
}
