import type { Reading } from './observer.js'

/** A question whose answer may take long: while it is open it is not asked again. */
export class OpenQuestion {
  readonly #ask: () => Promise<Reading[]>
  #asking: Promise<Reading[]> | null = null

  constructor(ask: () => Promise<Reading[]>) {
    this.#ask = ask
  }

  /** Nothing where there is no answer within `withinMs`. */
  async read(withinMs: number): Promise<Reading[]> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Reading[]>((resolve) => {
      timer = setTimeout(() => resolve([]), withinMs)
    })
    const readings = await Promise.race([this.#asking, late])
    clearTimeout(timer)
    return readings
  }
}
