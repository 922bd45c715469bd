import type { GateMetric } from '../model/studies/gate.js'
import { quantile } from '../stats/estimate/intervals.js'
import { intBetween, randomOf } from '../stats/estimate/random.js'
import { hodgesLehmann, walshAverages } from '../stats/estimate/walsh.js'
import { earlyLookAt, type Look, lookAt } from './look.js'
import { earlyLooksOf, type Rules } from './rules.js'

/** Resampled runs; the 0.8 quantile of so many has a standard error of 2 percentage points of power. */
const RUNS = 400
const POWER = 0.8

/**
 * MDE80: the smallest true log ratio at which this plan would have found a regression 4 times in 5. The blocks'
 * differences are centred at their Hodges–Lehmann estimate, widened by √(n ÷ (n − 1)) since centring took one degree of
 * freedom, and drawn with replacement into runs up to the last look (Efron and Tibshirani, An Introduction to the
 * Bootstrap, 25.4). Bounds and estimate move with a shift of all differences, so that every run has one smallest shift
 * at which the gate's own rule finds it, a pass that comes earlier included; their 0.8 quantile is the answer. An
 * estimate from n blocks, not a bound. Null under two values, or where no look can find anything.
 * @param lastLook the last look by ranks that the budget has room for
 */
export function detectable(
  values: readonly number[],
  rules: Rules,
  { metric, lastLook, seed }: { metric: GateMetric; lastLook: number; seed: number },
): number | null {
  const centre = hodgesLehmann(walshAverages(values))
  const ranked = rules.looks.filter((n) => n <= lastLook)
  const early = earlyLooksOf(metric, rules).filter((n) => n <= lastLook)
  if (centre === null || values.length < 2 || ranked.length + early.length === 0) return null
  const widen = Math.sqrt(values.length / (values.length - 1))
  const centred = values.map((value) => (value - centre) * widen)
  const random = randomOf(seed)
  const needed = Array.from({ length: RUNS }, () => {
    const run = Array.from(
      { length: lastLook },
      () => centred[intBetween(random, 0, centred.length - 1)] ?? 0,
    )
    return smallestFound(looksOf(run, { early, ranked }, rules), rules)
  })
  if (needed.includes(Number.POSITIVE_INFINITY)) return null
  const found = quantile(needed, POWER)
  return found === null ? null : Math.max(rules.floor, found)
}

/** In the order in which a gate comes to them. */
export function looksOf(
  values: readonly number[],
  { early, ranked }: { readonly early: readonly number[]; readonly ranked: readonly number[] },
  rules: Rules,
): Look[] {
  return [
    ...early.map((n) => earlyLookAt(values, n, rules)),
    ...ranked.map((n) => lookAt(values, n, rules)),
  ].sort((a, b) => a.n - b.n)
}

/** The shift beyond which a run's looks, in their order, come to a regression before they come to a pass. */
export function smallestFound(looks: readonly Look[], { floor, threshold }: Rules): number {
  let best = Number.POSITIVE_INFINITY
  let notPassed = Number.NEGATIVE_INFINITY
  for (const { lower, upper, estimate } of looks) {
    if (lower !== null) best = Math.min(best, Math.max(floor - lower, notPassed))
    if (upper !== null) notPassed = Math.max(notPassed, Math.min(floor - estimate, threshold - upper))
  }
  return best
}
