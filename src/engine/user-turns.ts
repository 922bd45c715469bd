/** How many users there are. */
export interface UserLimits {
  /** So many take turns, even where fewer would do. */
  readonly usual: number
  /** So many are made where all others are away. */
  readonly most: number
}

/**
 * Whose turn it is among users who are away at times: from `next` until `back`, and after it until they have thought.
 * Of those who are not, the one whose pause ended first goes; where all are away a new one is made; and where no more
 * may be made the one who thinks and is nearest to the end of it. If nobody thinks either, they take turns.
 */
export class UserTurns {
  readonly #limits: UserLimits
  /** Requests under way of each user. */
  readonly #underWay: number[] = []
  /** Those without one, the first to go last, and when each may go. */
  readonly #resting: { readonly user: number; readonly readyMs: number }[] = []
  #forced = 0

  constructor(limits: UserLimits) {
    this.#limits = limits
  }

  /** The number of the user who goes now, from 0. */
  next(nowMs: number): number {
    const user = this.#choose(nowMs)
    this.#underWay[user] = (this.#underWay[user] ?? 0) + 1
    return user
  }

  /** A request of the user is over; without another one under way, the user may go again at `readyMs`. */
  back(user: number, readyMs: number): void {
    const left = (this.#underWay[user] ?? 0) - 1
    this.#underWay[user] = left
    if (left > 0) return
    this.#resting.splice(this.#placeOf(readyMs), 0, { user, readyMs })
  }

  #choose(nowMs: number): number {
    const made = this.#underWay.length
    if (made < this.#limits.usual) return made
    const first = this.#resting.at(-1)
    if (made < this.#limits.most && (first === undefined || first.readyMs > nowMs)) return made
    return this.#resting.pop()?.user ?? this.#forced++ % this.#limits.most
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
