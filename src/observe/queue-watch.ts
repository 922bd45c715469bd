import type { QueueTruth } from '../model/run/server-truth.js'
import { messageOf } from '../words/errors.js'
import { getJson } from './get-json.js'
import type { Reading } from './observer.js'
import { OpenQuestion } from './open-question.js'

/** What a queue says of itself. Totals are since it exists. */
export interface QueueState {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly enqueued: number
  readonly done: number
  readonly failed: number
  /** How many tasks took at most so many seconds from enqueued to done, and more than the bound before. */
  readonly completion: ReadonlyMap<number, number>
}

interface Look {
  /** Seconds of the monotonic clock. */
  readonly at: number
  readonly state: QueueState
}

const NUMBERS = ['waiting', 'active', 'delayed', 'enqueued', 'done', 'failed'] as const

/**
 * Reads the answer of a level's `queuePath`.
 * @throws Error when one of its numbers is missing.
 */
export function parseQueueState(path: string, answer: unknown): QueueState {
  const fields: Record<string, unknown> = Object(answer)
  const missing = NUMBERS.filter((name) => typeof fields[name] !== 'number')
  if (missing.length > 0) throw new Error(`${path} answered without ${missing.join(', ')}`)
  const { buckets } = Object(fields.completion_seconds) as { buckets?: unknown }
  const completion = new Map<number, number>()
  for (const bucket of Array.isArray(buckets) ? buckets : []) {
    const { le, count } = Object(bucket) as { le?: unknown; count?: unknown }
    if (typeof le === 'number' && typeof count === 'number') completion.set(le, count)
  }
  const [waiting, active, delayed, enqueued, done, failed] = NUMBERS.map((name) => fields[name] as number)
  return {
    waiting: waiting ?? 0,
    active: active ?? 0,
    delayed: delayed ?? 0,
    enqueued: enqueued ?? 0,
    done: done ?? 0,
    failed: failed ?? 0,
    completion,
  }
}

/** What became of a queue between two looks. `depths` are those in between. */
export function queueTruth(first: Look, last: Look, depths: readonly number[]): QueueTruth {
  const grown = (what: 'enqueued' | 'done' | 'failed') => Math.max(0, last.state[what] - first.state[what])
  const all = [depthOf(first.state), ...depths, depthOf(last.state)]
  return {
    seconds: last.at - first.at,
    enqueued: grown('enqueued'),
    done: grown('done'),
    failed: grown('failed'),
    depthAtStart: depthOf(first.state),
    depthAtEnd: depthOf(last.state),
    depthMin: Math.min(...all),
    depthMax: Math.max(...all),
    completion: [...last.state.completion]
      .map(([le, count]) => ({ leUs: le * 1e6, count: count - (first.state.completion.get(le) ?? 0) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.leUs - b.leUs),
    unknown: null,
  }
}

/** Watches a queue over one phase. */
export class QueueWatch {
  readonly #url: URL
  #first: Look | null = null
  #last: Look | null = null
  readonly #depths: number[] = []
  readonly #question = new OpenQuestion(() => this.#ask())
  #problem = 'it was never asked'

  constructor(of: { readonly url: string; readonly path: string }) {
    this.#url = new URL(of.path, of.url)
  }

  /** Nothing where it does not answer within `withinMs`; a question that is still open is not asked again. */
  read(withinMs: number): Promise<Reading[]> {
    return this.#question.read(withinMs)
  }

  truth(): QueueTruth {
    if (this.#first !== null && this.#last !== null && this.#last !== this.#first) {
      return queueTruth(this.#first, this.#last, this.#depths)
    }
    const none = { enqueued: 0, done: 0, failed: 0, depthAtStart: 0, depthAtEnd: 0, depthMin: 0, depthMax: 0 }
    return { seconds: 0, ...none, completion: [], unknown: this.#problem }
  }

  async #ask(): Promise<Reading[]> {
    let state: QueueState
    try {
      state = parseQueueState(this.#url.pathname, await getJson(this.#url))
    } catch (error) {
      this.#problem = messageOf(error)
      return []
    }
    const before = this.#last
    const look = { at: performance.now() / 1_000, state }
    this.#first ??= look
    this.#last = look
    this.#depths.push(depthOf(state))
    const readings: Reading[] = [
      { of: 'queue', what: 'queue-waiting', value: state.waiting },
      { of: 'queue', what: 'queue-active', value: state.active },
      { of: 'queue', what: 'queue-delayed', value: state.delayed },
    ]
    if (before !== null && look.at > before.at) {
      const rate = (what: 'enqueued' | 'done') =>
        Math.max(0, (state[what] - before.state[what]) / (look.at - before.at))
      readings.push(
        { of: 'queue', what: 'queue-enqueued', value: rate('enqueued') },
        { of: 'queue', what: 'queue-done', value: rate('done') },
      )
    }
    return readings
  }
}

/** Tasks in flight: accepted, and not at their end. */
function depthOf({ waiting, active, delayed }: QueueState): number {
  return waiting + active + delayed
}
