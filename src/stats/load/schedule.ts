import type { Arrival, RateStage } from '../../model/plan/load-plan.js'
import { randomOf } from '../estimate/random.js'

/** The schedule of an open loop, as a plan states it. */
export interface ScheduleSpec {
  readonly stages: readonly RateStage[]
  readonly arrival: Arrival
  /** Drives the gaps of `poisson` arrivals; `uniform` ones need none. */
  readonly seed: number
}

/** Every `every`-th arrival from the `first`-th (counted from 0) on: what one of several generators sends. */
export interface SchedulePart {
  readonly first: number
  readonly every: number
}

interface Stretch extends RateStage {
  readonly startsAt: number
  /** Arrivals expected before it and up to its end. */
  readonly before: number
  readonly upTo: number
}

/**
 * The arrivals expected since the start, Λ(t), of a rate that is piecewise linear: over each stage a parabola. Rates are
 * arrivals per second, times are seconds.
 */
export class CumulativeRate {
  /** Length of all stages, in seconds. */
  readonly seconds: number
  /** Arrivals expected in all of them, a fraction included. */
  readonly total: number
  readonly #stretches: readonly Stretch[]

  constructor(stages: readonly RateStage[]) {
    let [startsAt, before] = [0, 0]
    this.#stretches = stages.map((stage) => {
      const upTo = before + ((stage.from + stage.to) / 2) * stage.seconds
      const stretch = { ...stage, startsAt, before, upTo }
      startsAt += stage.seconds
      before = upTo
      return stretch
    })
    this.seconds = startsAt
    this.total = before
  }

  /** When the expected arrivals reach `count`: Λ⁻¹. Past the end, the end. */
  timeOf(count: number): number {
    const stretch = this.#stretches.find(({ upTo }) => count < upTo)
    if (!stretch) return this.seconds
    const { from, to, seconds, startsAt, before } = stretch
    const missing = Math.max(0, count - before)
    // The root of from·t + (slope/2)·t² = missing in the form that loses no digits where the slope is small.
    const slope = (to - from) / seconds
    const root = Math.sqrt(Math.max(0, from * from + 2 * slope * missing))
    const within = missing === 0 ? 0 : (2 * missing) / (from + root)
    return startsAt + Math.min(seconds, within)
  }
}

/** Gives the arrivals of a schedule one after the other. */
export interface Arrivals {
  /** Seconds from the start of the schedule, never less than the one before; null when there are no more. */
  next(): number | null
}

/**
 * The intended times of a schedule. Uniform: the k-th arrival where Λ(t) = k + ½, so that any span holds what the rate
 * says, to within one, and none falls on the seam of two seconds. Poisson: Λ⁻¹ of the sums of exponential gaps with mean
 * 1 (time rescaling: Çinlar, Introduction to Stochastic Processes, 1975, 4.7), so that their number is random too.
 *
 * All parts of a schedule together are the schedule itself: every generator goes through the same gaps.
 */
export function arrivalsOf({ stages, arrival, seed }: ScheduleSpec, part: SchedulePart = WHOLE): Arrivals {
  const rate = new CumulativeRate(stages)
  const positions = arrival === 'uniform' ? uniformPositions(part) : poissonPositions(randomOf(seed), part)
  return {
    next() {
      const position = positions()
      return position < rate.total ? rate.timeOf(position) : null
    },
  }
}

const WHOLE: SchedulePart = { first: 0, every: 1 }

function uniformPositions({ first, every }: SchedulePart): () => number {
  let at = first - every
  return () => {
    at += every
    return at + 0.5
  }
}

function poissonPositions(random: () => number, { first, every }: SchedulePart): () => number {
  let at = 0
  let gaps = first + 1
  return () => {
    for (; gaps > 0; gaps--) at -= Math.log(1 - random())
    gaps = every
    return at
  }
}
