/** How many users there are. */
export interface UserLimits {
  /** So many are made before anybody goes a second time. */
  readonly least: number
  /** So many are made at most. */
  readonly most: number
}

/**
 * Whose turn it is among users who are away at times: from `next` until `back`, and after it until they have thought. Of
 * those who are not, the one who has been back for the longest goes; where all are away a new one is made; and where no more
 * may be made, the one whose pause is nearest to its end goes early.
 */
export class UserTurns {
  readonly #limits: UserLimits
  #count = 0
  #numbers = 0
  /** Those without a request under way, the first to go last, and when each may go. */
  readonly #resting: { readonly user: number; readonly readyMs: number }[] = []

  constructor(limits: UserLimits) {
    this.#limits = limits
  }

  /** How many there are. */
  get count(): number {
    return this.#count
  }

  /** Takes in one more, who may go at once. @returns its number */
  join(nowMs: number): number {
    const user = this.#make()
    this.back(user, nowMs)
    return user
  }

  /** Sends away one who has no request under way. */
  leave(user: number): void {
    const at = this.#resting.findIndex((one) => one.user === user)
    if (at < 0) return
    this.#resting.splice(at, 1)
    this.#count--
  }

  /** The number of the user who goes now, from 0; a new one has the next number. */
  next(nowMs: number): number {
    const { least, most } = this.#limits
    const first = this.#resting.at(-1)
    const isNew =
      this.#count < least || (this.#count < most && (first === undefined || first.readyMs > nowMs))
    const user = isNew ? this.#make() : this.#resting.pop()?.user
    if (user === undefined) throw new Error('more requests are under way than there may be users')
    return user
  }

  /** A user's request is over; it may go again at `readyMs`. */
  back(user: number, readyMs: number): void {
    this.#resting.splice(this.#placeOf(readyMs), 0, { user, readyMs })
  }

  #make(): number {
    this.#count++
    return this.#numbers++
  }

  /** Where it keeps the order: before all that are ready at the same time or earlier. */
  #placeOf(readyMs: number): number {
    let [low, high] = [0, this.#resting.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#resting[middle]?.readyMs ?? 0) > readyMs) low = middle + 1
      else high = middle
    }
    return low
  }
}
