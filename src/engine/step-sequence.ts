import type { Value } from '../model/json.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { Row, RowFile } from '../model/rows.js'
import type { RequestSpec, VariableSpec } from '../model/scenario.js'
import { namesOfStep } from '../model/template.js'
import { intBetween, pickWeighted, type Random, randomOf, seedOf, uuidOf } from '../stats/random.js'
import { type AnswerCheck, type Captured, compileCheck } from './answer-check.js'
import type { Lookup } from './lookup.js'
import { tableOf } from './row-tables.js'

/** A step, ready to be sent and judged. */
export interface CompiledStep<Request> {
  readonly index: number
  readonly head: boolean
  readonly request: (lookup: Lookup) => Request
  readonly check: AnswerCheck
  /** Shortest and longest pause of a user after the answer, in seconds; null for none. */
  readonly think: readonly [low: number, high: number] | null
  /** Variables that only an answer can give, each with the step whose answer gives it. */
  readonly needs: readonly { readonly name: string; readonly from: number }[]
}

export type ScenarioPlan = Pick<LoadPlan, 'baseUrl' | 'steps' | 'variables' | 'values' | 'rows' | 'seed'>

/** Compiles a step into what an engine's client sends. */
export type CompileRequest<Request> = (step: RequestSpec, baseUrl: string) => (lookup: Lookup) => Request

export function compileSteps<Request>(
  { baseUrl, steps, variables, values, rows }: ScenarioPlan,
  compile: CompileRequest<Request>,
): CompiledStep<Request>[] {
  const given = new Set([...Object.keys(variables), ...Object.keys(values), ...(rows?.columns ?? [])])
  return steps.map((step, index) => ({
    index,
    head: step.method === 'HEAD',
    request: compile(step, baseUrl),
    check: compileCheck(step),
    think: thinkRange(step),
    needs: namesOfStep(step)
      .filter((name) => !given.has(name))
      .map((name) => ({ name, from: steps.findIndex(({ capture }) => Object.hasOwn(capture ?? {}, name)) }))
      .filter(({ from }) => from >= 0),
  }))
}

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

/**
 * What one user (closed loop: one connection) sends, request after request. Without weights: the steps marked `first` once, then all others in
 * order, again and again. With weights: the `first` ones once, then draws among those with a weight (1 where a step that
 * is not `first` has none). A step that needs a variable not captured yet gives way to the step that captures it.
 */
export class StepSequence<Request> {
  readonly captured: Captured = {}
  readonly #steps: readonly CompiledStep<Request>[]
  readonly #random: Random
  readonly #lookup: Lookup
  readonly #first: readonly number[]
  readonly #then: readonly number[]
  readonly #weights: readonly number[] | null
  #sent = 0
  #drawn = new Map<string, Value>()
  #row: Row | undefined

  /** @param user its number among all users of all generators */
  constructor(plan: ScenarioPlan, steps: readonly CompiledStep<Request>[], user: number, counter: Counter) {
    this.#steps = steps
    this.#random = randomOf(seedOf(plan.seed, user))
    this.#lookup = this.#lookupOf(plan, user, counter)
    const weighted = plan.steps.some(({ weight }) => weight !== undefined)
    const indices = plan.steps.map((_, index) => index)
    this.#first = indices.filter((index) => plan.steps[index]?.first)
    const repeated = indices.filter((index) => isRepeated(plan.steps[index] as RequestSpec))
    this.#then = repeated.length > 0 ? repeated : indices
    this.#weights = weighted ? this.#then.map((index) => plan.steps[index]?.weight ?? 1) : null
  }

  /**
   * The step to send now, and the request.
   * @param row data for this request; a column goes before all else but what was captured
   */
  next(row?: Row): { step: CompiledStep<Request>; request: Request } {
    const step = this.#capturing(this.#steps[this.#chooseIndex()] as CompiledStep<Request>)
    if (this.#drawn.size > 0) this.#drawn.clear()
    this.#row = row
    return { step, request: step.request(this.#lookup) }
  }

  /** How long the user pauses after an answer to this step: drawn anew each time. */
  thinkSeconds({ think }: CompiledStep<Request>): number {
    if (think === null) return 0
    const [low, high] = think
    return low === high ? low : low + this.#random() * (high - low)
  }

  #chooseIndex(): number {
    const at = this.#sent++
    if (at < this.#first.length) return this.#first[at] as number
    const index = this.#weights
      ? pickWeighted(this.#random, this.#weights)
      : (at - this.#first.length) % this.#then.length
    return this.#then[index] as number
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

  #lookupOf({ variables, values }: ScenarioPlan, user: number, counter: Counter): Lookup {
    const fixed = new Map(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'object' ? (value[user % value.length] ?? '') : value,
      ]),
    )
    return (name) => {
      const row = this.#row && Object.hasOwn(this.#row, name) ? this.#row[name] : undefined
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

/** Whether a user pauses after any of the steps. */
export function hasThinkTime(steps: readonly RequestSpec[]): boolean {
  return steps.some((step) => thinkRange(step) !== null)
}

function thinkRange({ thinkSeconds = 0 }: RequestSpec): readonly [number, number] | null {
  const [low, high] = typeof thinkSeconds === 'number' ? [thinkSeconds, thinkSeconds] : thinkSeconds
  return high > 0 ? [low, high] : null
}

function isRepeated({ first, weight }: RequestSpec): boolean {
  return !first || weight !== undefined
}

function draw(spec: VariableSpec, random: Random, counter: Counter): Value {
  if ('int' in spec) return intBetween(random, spec.int[0], spec.int[1])
  if ('pick' in spec) return spec.pick[intBetween(random, 0, spec.pick.length - 1)] ?? ''
  if ('uuid' in spec) return uuidOf(random)
  return counter.next()
}
