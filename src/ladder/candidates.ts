import type { TuneCandidate } from '../model/studies/tune.js'

/** A worker's pool is never smaller than this by the formula. */
const LEAST_POOL = 5

export interface CandidateChoice {
  /** Cores that the service may use; may be a fraction. */
  readonly cores: number
  /** Workers by the formula `2 × cores + 1`, as far as memory allows. */
  readonly formula: number
  /** Workers to try, where they were named. */
  readonly workers: readonly number[] | null
  /** Database connections of all workers together; null where there is no pool to set. */
  readonly poolBudget: number | null
  /** Pools to try with each number of workers, where they were named; else the formula's, its half and its double. */
  readonly pools: readonly number[] | null
}

/** A worker's share of the connections: `max(5, budget ÷ workers)`. */
export function poolByFormula(budget: number, workers: number): number {
  return Math.max(LEAST_POOL, Math.floor(budget / workers))
}

/**
 * What is to be tried, each once, the fewest workers first. Of the formula's own neighbourhood: 1, c, 1.5 c, 2 c, 2 c + 1 and 3 c
 * workers for c cores; where memory allows no more than the formula says, none above that. The formula itself is always among them.
 */
export function candidatesOf({
  cores,
  formula,
  workers,
  poolBudget,
  pools,
}: CandidateChoice): TuneCandidate[] {
  const isShort = formula < Math.floor(2 * cores + 1)
  const around = [1, cores, 1.5 * cores, 2 * cores, 2 * cores + 1, 3 * cores]
    .map((count) => Math.max(1, Math.round(count)))
    .filter((count) => !isShort || count <= formula)
  const counts = [...new Set([...(workers ?? around), formula])].sort((a, b) => a - b)
  return counts.flatMap((count) =>
    poolsOf(count, poolBudget, pools, count === formula).map((pool) => ({
      key: pool === null ? `w${count}` : `w${count}-p${pool}`,
      workers: count,
      pool,
      isFormula: count === formula && (poolBudget === null || pool === poolByFormula(poolBudget, count)),
    })),
  )
}

function poolsOf(
  workers: number,
  budget: number | null,
  named: readonly number[] | null,
  isFormula: boolean,
): (number | null)[] {
  if (budget === null) return [null]
  const own = poolByFormula(budget, workers)
  const wanted = named ?? [Math.max(1, Math.round(own / 2)), own, 2 * own]
  return [...new Set([...wanted, ...(isFormula ? [own] : [])])].sort((a, b) => a - b)
}
