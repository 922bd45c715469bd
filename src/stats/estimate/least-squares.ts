/** A model at some parameters: what it leaves of each observation, and how that changes with each parameter. */
export interface Residuals {
  readonly values: readonly number[]
  /** A row an observation: the derivatives of its residual by each parameter. */
  readonly slopes: readonly (readonly number[])[]
}

export interface Bounds {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

export interface LeastSquares {
  readonly at: readonly number[]
  /** Of squared residuals. */
  readonly sum: number
}

const MOST_STEPS = 200
/** Relative gain below which a step has changed nothing. */
const STILL = 1e-10

/**
 * Parameters within bounds that minimise the sum of squared residuals: Levenberg–Marquardt with Marquardt's scaling
 * (Marquardt 1963, SIAM J. 11), parameters at a bound held there while the sum falls only beyond it, steps cut to the
 * bounds. It finds the minimum that its start leads to.
 */
export function leastSquares(
  model: (parameters: readonly number[]) => Residuals,
  start: readonly number[],
  bounds: Bounds,
): LeastSquares {
  let at = within(start, bounds)
  let here = model(at)
  let sum = squares(here.values)
  let damping = 1e-3
  for (let step = 0; step < MOST_STEPS && damping < 1e12; step++) {
    const next = within(
      stepFrom(at, here, damping, bounds).map((change, i) => (at[i] ?? 0) + change),
      bounds,
    )
    const there = model(next)
    const lower = squares(there.values)
    if (!(lower < sum)) {
      damping *= 8
      continue
    }
    const gained = sum - lower
    ;[at, here, sum] = [next, there, lower]
    damping = Math.max(damping / 8, 1e-12)
    if (gained <= STILL * sum) break
  }
  return { at, sum }
}

/** (JᵀJ + μ·diag JᵀJ)·δ = −Jᵀr over the parameters that are free to move. */
function stepFrom(at: readonly number[], { values, slopes }: Residuals, damping: number, bounds: Bounds) {
  const gradient = at.map((_, i) =>
    slopes.reduce((total, row, n) => total + (row[i] ?? 0) * (values[n] ?? 0), 0),
  )
  const free = at.flatMap((value, i) => {
    const outward = (gradient[i] ?? 0) > 0 ? value <= (bounds.low[i] ?? 0) : value >= (bounds.high[i] ?? 0)
    const stuck = (bounds.low[i] ?? 0) === (bounds.high[i] ?? 0)
    return outward || stuck || gradient[i] === 0 ? [] : [i]
  })
  const matrix = free.map((i) =>
    free.map((j) => {
      const product = slopes.reduce((total, row) => total + (row[i] ?? 0) * (row[j] ?? 0), 0)
      return i === j ? product * (1 + damping) : product
    }),
  )
  const solved = solve(
    matrix,
    free.map((i) => -(gradient[i] ?? 0)),
  )
  return at.map((_, i) => (free.includes(i) ? (solved[free.indexOf(i)] ?? 0) : 0))
}

/** Gaussian elimination with partial pivoting; a direction that the data say nothing of stays where it is. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    const rest = rows.slice(column)
    const best = column + rest.findIndex((row) => Math.abs(row[column] ?? 0) === largest(rest, column))
    const [upper = [], pivot = []] = [rows[column], rows[best]]
    ;[rows[column], rows[best]] = [pivot, upper]
    const head = pivot[column] ?? 0
    for (let below = column + 1; below < size; below++) {
      const row = rows[below] ?? []
      const factor = head === 0 ? 0 : (row[column] ?? 0) / head
      rows[below] = row.map((value, i) => value - factor * (pivot[i] ?? 0))
    }
  }
  const solution = new Array<number>(size).fill(0)
  for (let i = size - 1; i >= 0; i--) {
    const row = rows[i] ?? []
    const known = solution.reduce((total, value, j) => (j > i ? total + value * (row[j] ?? 0) : total), 0)
    const head = row[i] ?? 0
    solution[i] = head === 0 ? 0 : ((row[size] ?? 0) - known) / head
  }
  return solution
}

function largest(rows: readonly (readonly number[])[], column: number): number {
  return Math.max(...rows.map((row) => Math.abs(row[column] ?? 0)))
}

function within(values: readonly number[], { low, high }: Bounds): number[] {
  return values.map((value, i) => Math.min(high[i] ?? value, Math.max(low[i] ?? value, value)))
}

function squares(values: readonly number[]): number {
  return values.reduce((total, value) => total + value * value, 0)
}
