import type { ErrorExample, ErrorKind } from '../../model/run/sample.js'
import { MOST_KINDS, OTHER_ERRORS } from '../../stats/validity/error-kinds.js'

/** What one of the wrong answers looked like; asked for the first of each kind only. */
export type Seen = () => ErrorExample

interface Kind {
  count: number
  /** By the step's index. */
  readonly steps: number[]
  example: ErrorExample | null
}

/** Counts what went wrong by kind and step, and keeps one example of each kind. */
export class FaultLog {
  readonly #names: readonly string[]
  readonly #kinds = new Map<string, Kind>()

  /** @param names of the scenario's steps */
  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** @param step null where no request can be blamed */
  note(what: string, step: number | null, seen?: Seen): void {
    const kind = this.#kindOf(what)
    kind.count++
    if (step !== null) kind.steps[step] = (kind.steps[step] ?? 0) + 1
    if (seen && kind.example === null) kind.example = seen()
  }

  list(): ErrorKind[] {
    return [...this.#kinds]
      .map(([what, { count, steps, example }]) => {
        const named = steps.flatMap((own, step) =>
          own > 0 ? [{ name: this.#names[step] ?? '', count: own }] : [],
        )
        return {
          what,
          count,
          ...(named.length > 0 ? { steps: named } : {}),
          ...(example && Object.keys(example).length > 0 ? { example } : {}),
        }
      })
      .sort((a, b) => b.count - a.count)
  }

  #kindOf(what: string): Kind {
    const name = this.#kinds.has(what) || this.#kinds.size < MOST_KINDS ? what : OTHER_ERRORS
    const known = this.#kinds.get(name)
    if (known) return known
    const kind: Kind = { count: 0, steps: [], example: null }
    this.#kinds.set(name, kind)
    return kind
  }
}
