import { seedOf } from '../../stats/estimate/random.js'

/**
 * What loads of one service must not repeat: each run has random draws of its own, from the plan's seed and the run's number, and
 * counters go on. A warm-up or another loop must not use up what the measurement is to create.
 */
export class Draws {
  #runs = 0
  #nextCounter = 1

  /** The first value of the next run's counter. */
  get nextCounter(): number {
    return this.#nextCounter
  }

  /** The plan with the seed of its next run. */
  seeded<Plan extends { readonly seed: number }>(plan: Plan): Plan {
    return { ...plan, seed: seedOf(plan.seed, this.#runs++) }
  }

  /** @param last the last value that a run used */
  used(last: number): void {
    this.#nextCounter = Math.max(this.#nextCounter, last + 1)
  }
}
