import { at, now } from './moments.js'

/** Work that is done one after the other, each for so long, whether or not anybody still waits for it. */
export class OneAtATime {
  readonly #ms: number
  readonly #waiting: ((begunAt: number) => void)[] = []
  #isBusy = false

  constructor(ms: number) {
    this.#ms = ms
  }

  /** @param done called when its turn is over, with the moment at which that began */
  take(done: (begunAt: number) => void): void {
    this.#waiting.push(done)
    if (!this.#isBusy) this.#next()
  }

  #next(): void {
    const done = this.#waiting.shift()
    this.#isBusy = done !== undefined
    if (!done) return
    const begunAt = now()
    at(begunAt + this.#ms, () => {
      done(begunAt)
      this.#next()
    })
  }
}
