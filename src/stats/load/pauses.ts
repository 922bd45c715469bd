/** A time in which a process that was awake, with nothing to do but to look for work, got no further. In µs. */
export interface Pause {
  readonly startUs: number
  readonly endUs: number
}

/** A look for work takes tens of µs; what takes this long was held up. */
export const SHORTEST_PAUSE_US = 200

/** More than so many are not kept. */
const KEPT = 5_000

/**
 * Notes the pauses of a process that goes round its event loop without sleeping: between `rested`, after which it does
 * nothing but look, and `woke`, the first thing it does then, next to no time passes unless the process had no core or
 * the machine itself stood still (a hypervisor that runs something else shows up nowhere else). What the process does
 * between `woke` and `rested` is its own and never a pause.
 */
export class PauseLog {
  readonly #pauses: Pause[] = []
  #restedUs: number | null = null

  get isResting(): boolean {
    return this.#restedUs !== null
  }

  rested(nowUs: number): void {
    this.#restedUs = nowUs
  }

  woke(nowUs: number): void {
    if (this.#restedUs === null) return
    if (nowUs - this.#restedUs >= SHORTEST_PAUSE_US) this.#keep({ startUs: this.#restedUs, endUs: nowUs })
    this.#restedUs = null
  }

  /** In order. @param isOwn whether the process itself was the cause (it collected garbage): such are left out */
  pauses(isOwn: (pause: Pause) => boolean = () => false): Pause[] {
    return this.#pauses.filter((pause) => !isOwn(pause))
  }

  #keep(pause: Pause): void {
    if (this.#pauses.length < KEPT) this.#pauses.push(pause)
  }
}

/** Asks, for moments that need not be in order, when a process with these pauses gets to what happens then. */
export class Standstills {
  readonly #pauses: readonly Pause[]

  /** @param pauses in order and apart from each other */
  constructor(pauses: readonly Pause[]) {
    this.#pauses = pauses
  }

  /** The moment itself, or the end of the pause in which it lies. */
  resumes(atUs: number): number {
    let low = 0
    let high = this.#pauses.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pauses[middle] as Pause).endUs <= atUs) low = middle + 1
      else high = middle
    }
    const next = this.#pauses[low]
    return next !== undefined && next.startUs <= atUs ? next.endUs : atUs
  }
}
