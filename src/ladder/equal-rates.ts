import type { Cell } from '../model/run/run.js'
import type { EqualRate } from '../model/studies/ladder.js'

/**
 * One rate a scenario, at which latency is measured at every level: a share of the capacity that the first of the cells
 * which completed it had. Only at one rate do percentiles of several levels compare.
 * @param cells from the lowest level to the highest
 * @param share of that capacity; 0 to 1
 */
export function equalRates(
  scenarios: readonly string[],
  cells: readonly Cell[],
  share: number,
): readonly EqualRate[] {
  return scenarios.map((scenario) => {
    for (const { level, scenario: name, outcome } of cells) {
      if (name !== scenario || outcome.state !== 'completed') continue
      const capacity = outcome.summary.throughput
      if (capacity > 0) return { scenario, rate: rounded(share * capacity), of: { level, capacity } }
    }
    return { scenario, rate: null, of: null }
  })
}

/** To three digits: the capacity that it is a share of is known no closer. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3))
}
