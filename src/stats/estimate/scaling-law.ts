import { type Bounds, type LeastSquares, leastSquares, type Residuals } from './least-squares.js'
import { refusalOf, type ScalingPoint } from './scaling-data.js'
import { studentQuantile } from './student.js'

export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** X(N) = λN / (1 + σ(N − 1) + κN(N − 1)); κ = 0 by Amdahl's law. */
export interface ScalingLaw {
  readonly law: LawName
  /** λ: per second, of one. */
  readonly lambda: Estimate
  /** σ: share of the work that only one can do at a time. */
  readonly sigma: Estimate
  /** κ: cost of each pair's keeping in step, as a share of one's work. */
  readonly kappa: Estimate
  /** N* = √((1 − σ)/κ), where throughput is highest; infinite where it has no end. */
  readonly peak: Estimate
  /** Of every interval. */
  readonly confidence: number
  /** Standard deviation of a measurement about the law: as a share of throughput, or per second for absolute errors. */
  readonly error: number
  /** The largest N measured. */
  readonly largest: number
  /** What the law says of any N; the interval is that of one further measurement there. */
  predict(n: number): Estimate
}

export type LawName = 'usl' | 'amdahl'

export interface FitOptions {
  readonly law?: LawName
  /** Whether measurements scatter in proportion to what is measured (logarithms are fitted), or by the same amount everywhere. */
  readonly errors?: 'relative' | 'absolute'
  readonly confidence?: number
}

/**
 * Fits the Universal Scalability Law (Gunther 2007, Guerrilla Capacity Planning, ch. 4–6) or Amdahl's by least squares
 * with 0 ≤ σ ≤ 1 and 0 ≤ κ. Intervals are profile-t ones (Bates and Watts 1988, Nonlinear Regression Analysis, 6.1): all
 * values at which the best fit of the rest has a sum of squares within t²s² of the smallest. A prediction's holds every
 * new value that, fitted with the others, raises that sum by no more; for a linear model both are the exact intervals.
 * Near a bound (σ or κ = 0) they cover more than they say.
 * @returns why there is no law to be had from them, where there is none
 */
export function fitScaling(
  points: readonly ScalingPoint[],
  { law = 'usl', errors = 'relative', confidence = 0.95 }: FitOptions = {},
): { readonly fit: ScalingLaw } | { readonly refused: string } {
  const parameters = law === 'usl' ? 3 : 2
  const refused = refusalOf(points, parameters)
  if (refused !== null) return { refused }
  const scale = errors === 'relative' ? LOGARITHM : PLAIN
  const bounds: Bounds = {
    low: [Number.NEGATIVE_INFINITY, 0, 0],
    high: [Number.POSITIVE_INFINITY, 1, law === 'usl' ? Number.POSITIVE_INFINITY : 0],
  }
  const best = bestFit(points, scale, bounds)
  const [logLambda = 0, sigma = 0, kappa = 0] = best.at
  const variance = best.sum / (points.length - parameters)
  const limit = best.sum + studentQuantile(points.length - parameters, confidence) ** 2 * variance
  const profiled = (index: number, third: Third) => profile(points, scale, third, bounds, best, index, limit)

  const lambda = profiled(0, KAPPA)
  const turn = law === 'usl' ? profiled(2, TURN) : { low: 0, high: 0 }
  return {
    fit: {
      law,
      lambda: { value: Math.exp(logLambda), low: Math.exp(lambda.low), high: Math.exp(lambda.high) },
      sigma: { value: sigma, ...profiled(1, KAPPA) },
      kappa: { value: kappa, ...(law === 'usl' ? profiled(2, KAPPA) : { low: 0, high: 0 }) },
      peak: {
        value: peakOf(KAPPA.toTurn(sigma, kappa)),
        low: peakOf(turn.high),
        high: peakOf(turn.low),
      },
      confidence,
      error: Math.sqrt(variance),
      largest: Math.max(...points.map(({ n }) => n)),
      predict: (n) => predict(points, scale, bounds, best, limit, n),
    },
  }
}

/** The scale on which measurements scatter evenly. */
interface Scale {
  readonly of: (throughput: number) => number
  readonly back: (value: number) => number
  /** Derivative by the logarithm of throughput. */
  readonly slope: (throughput: number) => number
}

const LOGARITHM: Scale = { of: Math.log, back: Math.exp, slope: () => 1 }
const PLAIN: Scale = { of: (x) => x, back: (x) => x, slope: (x) => x }

/** What the third parameter is: κ itself, or κ/(1 − σ) = 1/N*². */
interface Third {
  readonly kappa: (sigma: number, third: number) => number
  /** Derivatives of κ by σ and by the third parameter. */
  readonly slopes: (sigma: number, third: number) => readonly [number, number]
  /** The value of 1/N*² that κ stands for. */
  readonly toTurn: (sigma: number, kappa: number) => number
}

const KAPPA: Third = {
  kappa: (_, third) => third,
  slopes: () => [0, 1],
  toTurn: (sigma, kappa) => (kappa === 0 ? 0 : sigma < 1 ? kappa / (1 - sigma) : Number.MAX_VALUE),
}
const TURN: Third = {
  ...KAPPA,
  kappa: (sigma, third) => third * (1 - sigma),
  slopes: (sigma, third) => [-third, 1 - sigma],
}

function peakOf(turn: number): number {
  return turn > 0 ? Math.max(1, 1 / Math.sqrt(turn)) : Number.POSITIVE_INFINITY
}

type Observation = readonly [n: number, onScale: number]

function modelOf(observations: readonly Observation[], scale: Scale, third: Third) {
  return ([logLambda = 0, sigma = 0, last = 0]: readonly number[]): Residuals => {
    const kappa = third.kappa(sigma, last)
    const [bySigma, byLast] = third.slopes(sigma, last)
    const rows = observations.map(([n, seen]) => {
      const divisor = 1 + sigma * (n - 1) + kappa * n * (n - 1)
      const throughput = (Math.exp(logLambda) * n) / divisor
      const slope = scale.slope(throughput)
      const [ofSigma, ofKappa] = [(-slope * (n - 1)) / divisor, (-slope * n * (n - 1)) / divisor]
      const slopes = [slope, ofSigma + ofKappa * bySigma, ofKappa * byLast]
      return { value: scale.of(throughput) - seen, slopes }
    })
    return { values: rows.map(({ value }) => value), slopes: rows.map(({ slopes }) => slopes) }
  }
}

function observationsOf(points: readonly ScalingPoint[], scale: Scale): Observation[] {
  return points.map(({ n, throughput }) => [n, scale.of(throughput)])
}

/** Of contention and coherency, from none to much. */
const STARTS = [
  [0.05, 1e-3],
  [0, 0],
  [0.5, 1e-4],
  [0.01, 0.05],
] as const

function bestFit(points: readonly ScalingPoint[], scale: Scale, bounds: Bounds): LeastSquares {
  const model = modelOf(observationsOf(points, scale), scale, KAPPA)
  const first = points.reduce((a, b) => (b.n < a.n ? b : a))
  const logLambda = Math.log(first.throughput / first.n)
  const fits = STARTS.map(([sigma, kappa]) => leastSquares(model, [logLambda, sigma, kappa], bounds))
  return fits.reduce((a, b) => (b.sum < a.sum ? b : a))
}

/** Ends of the values of one parameter at which the best fit of the others stays within `limit`. */
function profile(
  points: readonly ScalingPoint[],
  scale: Scale,
  third: Third,
  bounds: Bounds,
  best: LeastSquares,
  index: number,
  limit: number,
): { low: number; high: number } {
  const model = modelOf(observationsOf(points, scale), scale, third)
  const [logLambda = 0, sigma = 0, kappa = 0] = best.at
  const start = [logLambda, sigma, third === TURN ? KAPPA.toTurn(sigma, kappa) : kappa]
  const fixed = (list: readonly number[], value: number) => list.map((one, i) => (i === index ? value : one))
  const sumAt = (value: number) =>
    leastSquares(model, fixed(start, value), {
      low: fixed(bounds.low, value),
      high: fixed(bounds.high, value),
    }).sum
  const value = start[index] ?? 0
  const step = Math.max(Math.abs(value) * 1e-3, 1e-9)
  return {
    low: edge(sumAt, value, -step, limit, bounds.low[index] ?? 0),
    high: edge(sumAt, value, step, limit, bounds.high[index] ?? 0),
  }
}

function predict(
  points: readonly ScalingPoint[],
  scale: Scale,
  bounds: Bounds,
  best: LeastSquares,
  limit: number,
  n: number,
): Estimate {
  const [logLambda = 0, sigma = 0, kappa = 0] = best.at
  const value = (Math.exp(logLambda) * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))
  const seen = observationsOf(points, scale)
  const sumWith = (further: number) =>
    leastSquares(modelOf([...seen, [n, further]], scale, KAPPA), best.at, bounds).sum
  const middle = scale.of(value)
  const step = Math.max(scale.slope(value) * 1e-3, 1e-9)
  const lowest = scale === PLAIN ? 0 : Number.NEGATIVE_INFINITY
  return {
    value,
    low: scale.back(edge(sumWith, middle, -step, limit, lowest)),
    high: scale.back(edge(sumWith, middle, step, limit, Number.POSITIVE_INFINITY)),
  }
}

/** Ends of intervals are found to this share of their distance from the estimate. */
const NEAR = 1e-5

/** Where `sumAt` passes `limit`, going from `from` by growing steps; `end` where it never does. */
function edge(
  sumAt: (value: number) => number,
  from: number,
  step: number,
  limit: number,
  end: number,
): number {
  let inside = from
  let outside = from
  for (let reach = step; ; reach *= 4) {
    const next = step > 0 ? Math.min(end, from + reach) : Math.max(end, from + reach)
    if (!Number.isFinite(next)) return next
    outside = next
    if (sumAt(next) > limit) break
    inside = next
    if (next === end) return end
  }
  for (;;) {
    const middle = (inside + outside) / 2
    const isClose = Math.abs(outside - inside) <= NEAR * Math.abs(outside - from)
    if (isClose || middle === inside || middle === outside) return inside
    if (sumAt(middle) > limit) outside = middle
    else inside = middle
  }
}
