/** A bar. It starts at the axis unless `from` is given; `low` to `high` is its whisker, `notch` a mark on it. */
export interface Bar {
  readonly from: number | null
  readonly to: number
  readonly low: number | null
  readonly high: number | null
  readonly notch: number | null
  /** Hatched: no conclusion may be drawn from it. */
  readonly invalid: boolean
  readonly colour: string
  /** The bar in words, units included: tooltip, and description for those who cannot see it. */
  readonly text: string
}

export interface BarSeries {
  readonly label: string
  readonly colour: string
  /** One a group; null where there is nothing. */
  readonly bars: readonly (Bar | null)[]
}

export interface Axis {
  /** With the unit. */
  readonly label: string
  readonly scale: 'linear' | 'log'
  /** Ends included; whole steps of `ticks`. */
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
  /** What the ticks say, where that is not their value. */
  readonly tickTexts?: readonly string[]
}

interface Common {
  /** Unique in a report, fit for an `id` attribute. */
  readonly id: string
  readonly title: string
  readonly y: Axis
}

export interface BarChart extends Common {
  readonly kind: 'bars'
  /** One line each, or two. */
  readonly groups: readonly string[]
  readonly series: readonly BarSeries[]
  /** A line across at this value. */
  readonly reference: number | null
}

export interface LineChart extends Common {
  readonly kind: 'lines'
  readonly x: Axis
  /** What the places on that axis are called in a table; seconds, unless it is given. */
  readonly places?: string
  readonly lines: readonly {
    readonly label: string
    readonly colour: string
    /** No conclusion may be drawn from it. */
    readonly dashed?: boolean
    /** Without a value the line has a gap. */
    readonly points: readonly (readonly [x: number, y: number | null])[]
  }[]
}

/** A chart as data: drawn as SVG, by Chart.js in a page, and by Chart.js into a PNG. */
export type ChartSpec = BarChart | LineChart

/** A linear axis from 0 to the next round step above `highest`, with about `steps` steps of 1, 2, 2.5 or 5 × 10ⁿ. */
export function linearAxis(label: string, highest: number, steps = 6): Axis {
  const top = highest > 0 && Number.isFinite(highest) ? highest : 1
  const rough = top / steps
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const count = Math.ceil(top / step - 1e-9)
  const ticks = Array.from({ length: count + 1 }, (_, index) => clean(index * step))
  return { label, scale: 'linear', min: 0, max: ticks.at(-1) ?? 1, ticks }
}

/** A logarithmic axis around the values above 0, its ends and ticks at 1, 2 or 5 × 10ⁿ (1 × 10ⁿ alone when long). */
export function logAxis(label: string, values: readonly number[]): Axis {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  const lowest = positive.length === 0 ? 1 : Math.min(...positive)
  const highest = positive.length === 0 ? 10 : Math.max(...positive)
  const exponents = [Math.floor(Math.log10(lowest)), Math.ceil(Math.log10(highest))] as const
  const steps: number[] = []
  for (let exponent = exponents[0]; exponent <= exponents[1]; exponent++) {
    for (const factor of [1, 2, 5]) steps.push(clean(factor * 10 ** exponent))
  }
  const below = steps.filter((step) => step < lowest * 0.999).at(-1) ?? steps[0] ?? 1
  const above = steps.find((step) => step > highest * 1.001) ?? steps.at(-1) ?? 10
  const within = steps.filter((step) => step >= below && step <= above)
  const decades = within.filter((step) => Number.isInteger(clean(Math.log10(step))))
  const ticks = within.length > 12 && decades.length > 1 ? decades : within
  return { label, scale: 'log', min: below, max: above, ticks }
}

/** Where a value lies on an axis: 0 at its lower end, 1 at its upper end; beyond the ends it is held there. */
export function positionOn(axis: Axis, value: number): number {
  if (axis.scale === 'linear') return clamp((value - axis.min) / (axis.max - axis.min))
  return value <= 0 ? 0 : clamp(Math.log(value / axis.min) / Math.log(axis.max / axis.min))
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}

/** Without the last digits that floating point adds. */
function clean(value: number): number {
  return Number(value.toPrecision(12))
}

/** A linear axis that holds 0 and all values, with about five steps of 1, 2 or 5 × 10ⁿ. */
export function signedAxis(label: string, values: readonly number[]): Axis {
  const [lowest, highest] = [Math.min(0, ...values), Math.max(0, ...values)]
  const rough = (highest - lowest) / 5 || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const [from, to] = [Math.floor(lowest / step + 1e-9), Math.ceil(highest / step - 1e-9)]
  const count = Math.max(1, to - from)
  const ticks = Array.from({ length: count + 1 }, (_, index) =>
    Number(((from + index) * step).toPrecision(12)),
  )
  return { label, scale: 'linear', min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1, ticks }
}
