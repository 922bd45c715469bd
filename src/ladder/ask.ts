import type { Promise_ } from '../model/plan/level.js'
import type { Slo } from '../model/plan/slo.js'
import { parseSlo } from '../model/plan/slo-grammar.js'

/** What a deployment must do: a load, the objectives under it, and what it must survive. */
export interface Ask {
  /** Requests per second. */
  readonly rate: number
  readonly slos: readonly Slo[]
  readonly needs: readonly Need[]
}

/** A need, and the promise of a level that meets it. */
const PROMISE_OF = {
  'crash-restart': 'restarts-crashed-worker',
  'hang-restart': 'restarts-hung-worker',
  'zero-downtime': 'reloads-without-loss',
  offload: 'finishes-accepted-tasks',
  'node-loss': 'survives-lost-node',
} as const satisfies Record<string, Promise_>

export type Need = keyof typeof PROMISE_OF

/** Every need that there is, as it is typed. */
export const NEEDS: readonly string[] = Object.keys(PROMISE_OF)

export function promiseOf(need: Need): Promise_ {
  return PROMISE_OF[need]
}

export interface ReadAsk {
  readonly ask: Ask | null
  /** A line each. */
  readonly problems: readonly string[]
}

/**
 * Reads `2000/s p99<200ms errors<0.1%`: one rate, and objectives, with spaces or commas between them.
 * @param needs such as `crash-restart`
 */
export function readAsk(target: string | null, needs: readonly string[]): ReadAsk {
  const problems: string[] = []
  if (target === null)
    return { ask: null, problems: ["--target: give a rate and objectives, such as '2000/s p99<200ms'"] }
  const words = target.split(/[\s,]+/).filter(Boolean)
  const rates = words.flatMap((word) => {
    const number = /^(\d+(?:\.\d+)?)\/s$/.exec(word)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  const [rate] = rates
  if (rates.length !== 1 || rate === undefined || rate <= 0) {
    problems.push(`--target '${target}': must hold one rate above 0, such as 2000/s`)
  }
  const slos = words
    .filter((word) => !/^\d+(\.\d+)?\/s$/.test(word))
    .flatMap((word) => {
      const parsed = parseSlo(word)
      if ('value' in parsed && parsed.value.metric !== 'throughput') return [parsed.value]
      problems.push(
        `--target: ${'problem' in parsed ? parsed.problem : `'${word}': give the rate as such, 2000/s`}`,
      )
      return []
    })
  if (slos.length === 0 && problems.length === 0) {
    problems.push(`--target '${target}': must hold an objective, such as p99<200ms`)
  }
  const known = needs.filter((word): word is Need => Object.hasOwn(PROMISE_OF, word))
  for (const word of needs) {
    if (!Object.hasOwn(PROMISE_OF, word))
      problems.push(`--need ${word}: unknown need; choose from ${NEEDS.join(', ')}`)
  }
  return problems.length > 0 || rate === undefined
    ? { ask: null, problems }
    : { ask: { rate, slos, needs: [...new Set(known)] }, problems }
}
