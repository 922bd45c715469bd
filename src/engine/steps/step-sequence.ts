import type { Value } from '../../model/data/json.js'
import type { Row, RowFile } from '../../model/data/rows.js'
import type { RequestSpec, VariableSpec } from '../../model/plan/scenario.js'
import { namesOfStep } from '../../model/plan/template.js'
import {
  intBetween,
  pickWeighted,
  type Random,
  randomOf,
  seedOf,
  uuidOf,
} from '../../stats/estimate/random.js'
import type { Captured, Fault } from './answer-check.js'
import { backOffMs } from './back-off.js'
import type { Lookup } from './lookup.js'
import { tableOf } from './row-tables.js'
import { type CompiledStep, firstSteps, repeatedSteps, type ScenarioPlan } from './steps.js'

/**
 * Row by row, again and again; undefined where there are none.
 * @param numbers of the requests: of several generators, each takes its own
 */
export function rowsFrom(file: RowFile | undefined, numbers: Counter): () => Row | undefined {
  if (!file) return () => undefined
  const table = tableOf(file)
  return () => table.row(numbers.next() % table.count)
}

/** Counts up, never the same number twice: each of several generators takes every `by`-th. */
export interface Counter {
  next(): number
}

export function counterFrom(start: number, by: number): Counter {
  let at = start - by
  return { next: () => (at += by) }
}

/** So many refusals in a row are no chance: the user does not get past the step. */
const STUCK_REFUSALS = 3

/** A user who does not get past a step that others wait for, and what came instead. */
export interface StuckOn {
  readonly step: number
  readonly what: string
}

/**
 * What one user (closed loop: one connection) sends in a load, request after request. Without weights: all steps but the
 * `first` ones in order, again and again; with weights: draws among those with a weight (1 where a step that is not `first`
 * has none). A step that needs a variable not captured yet gives way to the step that captures it.
 *
 * Users begin at different steps where all those in order are safe methods (RFC 9110, 9.2.1), so that many users, each of
 * whom sends little, have the mix of a long load. Where requests change something, later ones may build on earlier ones,
 * and every user begins at the first.
 */
export class StepSequence<Request> {
  readonly captured: Captured = {}
  readonly #steps: readonly CompiledStep<Request>[]
  readonly #random: Random
  readonly #lookup: Lookup
  readonly #repeated: readonly number[]
  readonly #weights: readonly number[] | null
  /** Where in the order it would begin. */
  readonly #start: number
  /** The last place in the order; null before the first request. */
  #at: number | null = null
  #drawn = new Map<string, Value>()
  #row: Row | undefined
  #refusals = 0
  #stuckOn: StuckOn | null = null

  /**
   * @param user its number among all users of all generators
   * @param identity of the user whose entry of each list, and whose row, it has
   */
  constructor(
    plan: ScenarioPlan,
    steps: readonly CompiledStep<Request>[],
    user: number,
    counter: Counter,
    identity = user,
  ) {
    this.#steps = steps
    this.#random = randomOf(seedOf(plan.seed, user))
    this.#lookup = this.#lookupOf(plan, identity, counter)
    this.#repeated = repeatedSteps(plan.steps)
    const repeated = this.#repeated.map((index) => plan.steps[index] as RequestSpec)
    const weighted = plan.steps.some(({ weight }) => weight !== undefined)
    this.#weights = weighted ? repeated.map(({ weight }) => weight ?? 1) : null
    this.#start = repeated.every(isSafe) ? user % repeated.length : 0
  }

  /**
   * The step to send now, and the request.
   * @param row data for this request; a column goes before all else but what was captured
   */
  next(row?: Row): { step: CompiledStep<Request>; request: Request } {
    const step = this.#capturing(this.#steps[this.#chooseIndex()] as CompiledStep<Request>)
    return { step, request: this.requestOf(step, row) }
  }

  /** What it sends for a step out of turn, by whichever client. */
  requestOf<Any>(step: CompiledStep<Any>, row?: Row): Any {
    if (this.#drawn.size > 0) this.#drawn.clear()
    this.#row = row
    return step.request(this.#lookup)
  }

  /** How long the user pauses after an answer to this step: drawn anew each time. */
  thinkSeconds({ think }: CompiledStep<Request>): number {
    if (think === null) return 0
    const [low, high] = think
    return low === high ? low : low + this.#random() * (high - low)
  }

  /**
   * Notes an answer that was not as expected. @returns how long the user should hold back, in ms: 0 unless its other steps
   * wait for this answer, so that it would ask for nothing else, at once, for ever
   */
  refused(step: CompiledStep<Request>, { what }: Pick<Fault, 'what'>): number {
    if (!this.#isAwaited(step)) return 0
    this.#stuckOn = { step: step.index, what }
    return backOffMs(++this.#refusals, this.#random)
  }

  /** Null where it got past all. */
  get stuckOn(): StuckOn | null {
    const step = this.#stuckOn && this.#steps[this.#stuckOn.step]
    return step && this.#refusals >= STUCK_REFUSALS && this.#isAwaited(step) ? this.#stuckOn : null
  }

  #isAwaited({ gives }: CompiledStep<Request>): boolean {
    return gives.some((name) => !Object.hasOwn(this.captured, name))
  }

  #chooseIndex(): number {
    const at = this.#weights ? pickWeighted(this.#random, this.#weights) : this.#inOrder()
    return this.#repeated[at] as number
  }

  #inOrder(): number {
    this.#at = this.#at === null ? this.#begin() : (this.#at + 1) % this.#repeated.length
    return this.#at
  }

  /** Its start, or the next place from there on with a step that waits for nothing. */
  #begin(): number {
    const { length } = this.#repeated
    for (let hops = 0; hops < length; hops++) {
      const at = (this.#start + hops) % length
      const step = this.#steps[this.#repeated[at] as number]
      if (step?.needs.every(({ name }) => Object.hasOwn(this.captured, name))) return at
    }
    return 0
  }

  /** The step itself, or the one whose answer it waits for; at most as many hops as there are steps. */
  #capturing(step: CompiledStep<Request>): CompiledStep<Request> {
    let at = step
    for (let hops = 0; hops < this.#steps.length; hops++) {
      const missing = at.needs.find(({ name }) => !Object.hasOwn(this.captured, name))
      if (!missing) return at
      at = this.#steps[missing.from] as CompiledStep<Request>
    }
    return at
  }

  #lookupOf(plan: ScenarioPlan, identity: number, counter: Counter): Lookup {
    const { variables, values } = plan
    const fixed = new Map(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'object' ? (value[identity % value.length] ?? '') : value,
      ]),
    )
    const own = ownColumns(plan, identity)
    return (name) => {
      const of = Object.hasOwn(own, name) ? own : this.#row
      const row = of && Object.hasOwn(of, name) ? of[name] : undefined
      const known = Object.hasOwn(this.captured, name) ? this.captured[name] : (row ?? this.#drawn.get(name))
      if (known !== undefined) return known
      const spec = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (!spec) return fixed.get(name) ?? ''
      const value = draw(spec, this.#random, counter)
      this.#drawn.set(name, value)
      return value
    }
  }
}

/** The columns with which a user logs in are its own: they stay as they are in its row. */
function ownColumns({ steps, rows }: ScenarioPlan, identity: number): Row {
  const names = firstSteps(steps).flatMap((index) => namesOfStep(steps[index] as RequestSpec))
  if (!rows || names.length === 0) return {}
  const table = tableOf(rows)
  const row = table.row(identity % table.count)
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name] ?? '']),
  )
}

function isSafe({ method = 'GET' }: RequestSpec): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

function draw(spec: VariableSpec, random: Random, counter: Counter): Value {
  if ('int' in spec) return intBetween(random, spec.int[0], spec.int[1])
  if ('pick' in spec) return spec.pick[intBetween(random, 0, spec.pick.length - 1)] ?? ''
  if ('uuid' in spec) return uuidOf(random)
  return counter.next()
}
