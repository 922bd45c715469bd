import type { Interval } from '../../model/run/sample.js'
import { median } from '../estimate/intervals.js'

/** Seconds shorter than this hold too little to be compared. */
const SHORTEST_SECOND = 0.5

/** The last third may differ from the first by this share of it; of less than so many seconds, which hardly show their noise, by more. */
const DRIFT_LIMIT = { share: 0.1, ofFew: 0.25, few: 6 }

/** Standard errors by which it must differ beside. */
const STANDARD_ERRORS = 3

/** With fewer answers a second most differences are 0 or 1, and the middle one tells nothing. */
const COUNTABLE = 10

/** Standard deviations of a normal distribution ÷ its median absolute deviation. */
const PER_MAD = 1.4826

export interface Trend {
  readonly direction: 'rising' | 'falling'
  /** Answers per second in the first and in the last third. */
  readonly from: number
  readonly to: number
}

/**
 * Where throughput was still going when it was measured: up or down; null where the last third of the seconds is like the
 * first. Two things make them unlike: they lie more than 10 % apart (25 % of less than six seconds), and more than their
 * noise explains, by three standard errors. The noise is taken from the differences between neighbouring seconds, less
 * their middle one: so the trend itself is no part of it (von Neumann et al., The mean square successive difference,
 * Ann. Math. Stat. 12, 1941). It is the median of their absolute values, so that a single stall hides no trend (Hampel,
 * J. Am. Stat. Assoc. 69, 1974); of few answers a second, their root mean square. A count is known to within one at each
 * end of a third.
 */
export function trendOf(intervals: readonly Pick<Interval, 'ok' | 'seconds'>[]): Trend | null {
  const rates = intervals
    .filter(({ seconds }) => seconds >= SHORTEST_SECOND)
    .map(({ ok, seconds }) => ok / seconds)
  if (rates.length < 2) return null
  const third = Math.max(1, Math.floor(rates.length / 3))
  const [from, to] = [mean(rates.slice(0, third)), mean(rates.slice(-third))]
  const limit = rates.length < DRIFT_LIMIT.few ? DRIFT_LIMIT.ofFew : DRIFT_LIMIT.share
  const difference = Math.abs(to - from)
  if (difference <= limit * Math.min(from, to)) return null
  const noise = STANDARD_ERRORS * noiseOf(rates) * Math.sqrt(2 / third)
  if (difference <= Math.max(noise, 2 / third)) return null
  return { direction: to > from ? 'rising' : 'falling', from, to }
}

/** Standard deviation of a second, without what changes from each second to the next alike. */
function noiseOf(rates: readonly number[]): number {
  const steps = rates.slice(1).map((rate, i) => rate - (rates[i] as number))
  const middle = median(steps) ?? 0
  const apart = steps.map((step) => Math.abs(step - middle))
  const spread =
    mean(rates) < COUNTABLE
      ? Math.sqrt(mean(apart.map((distance) => distance ** 2)))
      : PER_MAD * (median(apart) ?? 0)
  return spread / Math.SQRT2
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
