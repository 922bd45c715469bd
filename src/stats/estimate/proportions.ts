import { logChoose, regularizedBeta } from './special-functions.js'

export interface Proportion {
  readonly low: number
  readonly high: number
}

/**
 * Exact (Clopper–Pearson 1934) two-sided confidence interval of a probability of which `hits` of `trials` were seen.
 * Where none or all were hits, the interval is one-sided at (1 − confidence)/2 all the same, as in R's `binom.test`.
 */
export function clopperPearson(hits: number, trials: number, confidence = 0.95): Proportion {
  const tail = (1 - confidence) / 2
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - tail, hits + 1, trials - hits),
  }
}

/** P(Binomial(trials, p) ≥ hits). */
export function binomialUpperTail(hits: number, trials: number, p: number): number {
  return hits <= 0 ? 1 : regularizedBeta(p, hits, trials - hits + 1)
}

export interface Outcomes {
  readonly hits: number
  readonly trials: number
}

/**
 * Fisher's exact test, one-sided: the probability that, of the hits of both groups together, as many as `one` has or
 * more fall to it by chance (Fisher 1935, The Design of Experiments, ch. 2).
 */
export function fisherExactGreater(one: Outcomes, other: Outcomes): number {
  const total = one.trials + other.trials
  const hits = one.hits + other.hits
  const lowest = Math.max(0, hits - other.trials)
  if (one.hits <= lowest) return 1
  const highest = Math.min(hits, one.trials)
  const logFirst =
    logChoose(one.trials, one.hits) + logChoose(other.trials, hits - one.hits) - logChoose(total, hits)
  let term = Math.exp(logFirst)
  let sum = 0
  for (let k = one.hits; k <= highest; k++) {
    sum += term
    term *= ((one.trials - k) * (hits - k)) / ((k + 1) * (other.trials - hits + k + 1))
  }
  return Math.min(1, sum)
}

/** The x with I_x(a, b) = q, by bisection down to neighbouring doubles. */
function betaQuantile(q: number, a: number, b: number): number {
  let low = 0
  let high = 1
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (regularizedBeta(middle, a, b) < q) low = middle
    else high = middle
  }
}
