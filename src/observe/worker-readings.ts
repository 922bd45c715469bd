import type { Reading } from './observer.js'
import type { WorkerState } from './worker-link.js'

const GROUP = 'workers'

/** Rates of each worker between its successive states. What its service does not tell is left out. */
export class WorkerReadings {
  readonly #before = new Map<string, { readonly at: number; readonly state: WorkerState }>()

  /** @param at seconds of our clock, which counts where the worker tells none of its own */
  look(states: ReadonlyMap<string, WorkerState>, at: number): Reading[] {
    return [...states.values()].flatMap((state) => {
      const last = this.#before.get(state.id)
      this.#before.set(state.id, { at, state })
      const found: [Reading['what'], number | null][] = [
        ['loop-delay-p99', state.loopDelayP99Us],
        ['db-pool-used', state.poolUsed],
        ['db-pool-waiting', state.poolWaiting],
      ]
      if (last) {
        const seconds = difference(last.state.uptimeSeconds, state.uptimeSeconds) ?? at - last.at
        const rate = (before: number | null, now: number | null) => {
          const grown = difference(before, now)
          return grown === null || seconds <= 0 ? null : grown / seconds
        }
        const share = (before: number | null, now: number | null) => {
          const value = rate(before, now)
          return value === null ? null : Math.min(1, value)
        }
        found.push(
          ['requests', rate(last.state.served, state.served)],
          ['loop-utilisation', share(last.state.loopActiveSeconds, state.loopActiveSeconds)],
          ['gc', share(last.state.gcSeconds, state.gcSeconds)],
        )
      }
      const of = `worker ${state.id}`
      return found.flatMap(([what, value]) => (value === null ? [] : [{ of, what, value, group: GROUP }]))
    })
  }
}

/** Null where it is unknown, or fell: the counter began anew. */
function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null || now < before ? null : now - before
}
