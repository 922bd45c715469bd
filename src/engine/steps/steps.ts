import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { RequestSpec } from '../../model/plan/scenario.js'
import { namesOfStep } from '../../model/plan/template.js'
import { type AnswerCheck, compileCheck } from './answer-check.js'
import type { Lookup } from './lookup.js'

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
  /** Variables that other steps wait for, and that only an answer to this one gives. */
  readonly gives: readonly string[]
}

export type ScenarioPlan = Pick<LoadPlan, 'baseUrl' | 'steps' | 'variables' | 'values' | 'rows' | 'seed'>

/** Compiles a step into what an engine's client sends. */
export type CompileRequest<Request> = (step: RequestSpec, baseUrl: string) => (lookup: Lookup) => Request

export function compileSteps<Request>(
  { baseUrl, steps, variables, values, rows }: ScenarioPlan,
  compile: CompileRequest<Request>,
): CompiledStep<Request>[] {
  const given = new Set([...Object.keys(variables), ...Object.keys(values), ...(rows?.columns ?? [])])
  const needs = steps.map((step) =>
    namesOfStep(step)
      .filter((name) => !given.has(name))
      .map((name) => ({ name, from: steps.findIndex(({ capture }) => Object.hasOwn(capture ?? {}, name)) }))
      .filter(({ from }) => from >= 0),
  )
  return steps.map((step, index) => ({
    index,
    head: step.method === 'HEAD',
    request: compile(step, baseUrl),
    check: compileCheck(step),
    think: thinkRange(step),
    needs: needs[index] ?? [],
    gives: needs.flatMap((of, other) =>
      other === index ? [] : of.filter(({ from }) => from === index).map(({ name }) => name),
    ),
  }))
}

/** The steps that a user sends again and again, by their numbers. */
export function repeatedSteps(steps: readonly RequestSpec[]): number[] {
  const repeated = indicesOf(steps, isRepeated)
  return repeated.length > 0 ? repeated : indicesOf(steps, () => true)
}

/** Those that it sends once, before the load; none where nothing else would be left to repeat. */
export function firstSteps(steps: readonly RequestSpec[]): number[] {
  return steps.some(isRepeated) ? indicesOf(steps, ({ first }) => first === true) : []
}

/** Whether a user pauses after any of the steps. */
export function hasThinkTime(steps: readonly RequestSpec[]): boolean {
  return steps.some((step) => thinkRange(step) !== null)
}

/** The mean pause of a user after an answer, over the steps as often as they are sent. */
export function meanThinkSeconds(steps: readonly RequestSpec[]): number {
  const repeated = repeatedSteps(steps).map((index) => steps[index] as RequestSpec)
  const weighted = repeated.some(({ weight }) => weight !== undefined)
  let [sum, weights] = [0, 0]
  for (const step of repeated) {
    const weight = weighted ? (step.weight ?? 1) : 1
    const [low, high] = thinkRange(step) ?? [0, 0]
    sum += (weight * (low + high)) / 2
    weights += weight
  }
  return sum / weights
}

function thinkRange({ thinkSeconds = 0 }: RequestSpec): readonly [number, number] | null {
  const [low, high] = typeof thinkSeconds === 'number' ? [thinkSeconds, thinkSeconds] : thinkSeconds
  return high > 0 ? [low, high] : null
}

function isRepeated({ first, weight }: RequestSpec): boolean {
  return !first || weight !== undefined
}

function indicesOf(steps: readonly RequestSpec[], holds: (step: RequestSpec) => boolean): number[] {
  return steps.flatMap((step, index) => (holds(step) ? [index] : []))
}
