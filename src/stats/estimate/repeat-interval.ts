import { median } from './intervals.js'
import { studentQuantile } from './student.js'

/** A figure, and the ends of its interval. */
export interface RepeatInterval {
  readonly value: number
  /** Null for one repeat, which tells nothing of how far the next would lie. */
  readonly low: number | null
  readonly high: number | null
}

/** A figure over repeats: their median, its interval, and how far they lie apart. */
export interface Repeats extends RepeatInterval {
  readonly min: number
  readonly max: number
  /** The repeats, in their order. */
  readonly each: readonly number[]
}

export const REPEAT_CONFIDENCE = 0.95

/**
 * The median of repeats (the mean of the middle two for an even number), which one disturbed repeat does not move, with the
 * t-interval of their logarithms: rates and their ratios scatter in proportion to their size (Georges, Buytaert and Eeckhout
 * 2007, "Statistically rigorous Java performance evaluation", for repeats under 30). Null without a value; without an
 * interval where one is not above 0.
 */
export function foldRepeats(values: readonly number[], confidence = REPEAT_CONFIDENCE): Repeats | null {
  const value = median(values)
  if (value === null) return null
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return { ...aroundValue(value, endsOf(values, confidence)), min, max, each: [...values] }
}

/** The ends of the interval alone, for a figure that is more than the median of these values. */
export function endsOf(
  values: readonly number[],
  confidence = REPEAT_CONFIDENCE,
): Pick<RepeatInterval, 'low' | 'high'> {
  const n = values.length
  if (n < 2 || values.some((value) => !(value > 0 && Number.isFinite(value))))
    return { low: null, high: null }
  const logs = values.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / n
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1)
  const reach = studentQuantile(n - 1, confidence) * Math.sqrt(variance / n)
  return { low: Math.exp(mean - reach), high: Math.exp(mean + reach) }
}

/** A figure and its interval: the middle of repeats is seldom, but may be, outside that of their mean, and then widens it. */
export function aroundValue(
  value: number,
  { low, high }: Pick<RepeatInterval, 'low' | 'high'>,
): RepeatInterval {
  return { value, low: low && Math.min(low, value), high: high && Math.max(high, value) }
}

/** The interval times a factor. */
export function scaled({ value, low, high }: RepeatInterval, factor: number): RepeatInterval {
  return {
    value: value * factor,
    low: low === null ? null : low * factor,
    high: high === null ? null : high * factor,
  }
}
