import { studentQuantile } from './student.js'

/** A figure over repeats. */
export interface RepeatInterval {
  /** Geometric mean. */
  readonly value: number
  /** Ends of the interval; null for one repeat, which tells nothing of how far the next would lie. */
  readonly low: number | null
  readonly high: number | null
  /** The repeats, in their order. */
  readonly each: readonly number[]
}

export const REPEAT_CONFIDENCE = 0.95

/**
 * Geometric mean of repeats with its t-interval on the logarithms: rates and their ratios scatter in proportion to their
 * size (Georges, Buytaert and Eeckhout 2007, "Statistically rigorous Java performance evaluation", for repeats under 30).
 * Null without a value, or where one is not above 0.
 */
export function repeatInterval(
  values: readonly number[],
  confidence = REPEAT_CONFIDENCE,
): RepeatInterval | null {
  if (values.length === 0 || values.some((value) => !(value > 0 && Number.isFinite(value)))) return null
  const logs = values.map(Math.log)
  const n = logs.length
  const mean = logs.reduce((sum, log) => sum + log, 0) / n
  const value = Math.exp(mean)
  if (n === 1) return { value, low: null, high: null, each: [...values] }
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1)
  const reach = studentQuantile(n - 1, confidence) * Math.sqrt(variance / n)
  return { value, low: Math.exp(mean - reach), high: Math.exp(mean + reach), each: [...values] }
}

/** The interval times a factor. */
export function scaled({ value, low, high, each }: RepeatInterval, factor: number): RepeatInterval {
  return {
    value: value * factor,
    low: low === null ? null : low * factor,
    high: high === null ? null : high * factor,
    each: each.map((one) => one * factor),
  }
}
