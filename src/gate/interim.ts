import type { GateMetric, GateSettings } from '../model/studies/gate.js'
import type { GateBlock } from '../model/studies/gate-block.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../stats/estimate/walsh.js'
import { differencesOf, logRatiosOf } from './block-figures.js'

/** How sure each of the two bounds is that are shown while a gate runs: it takes five blocks to have one. */
const INTERIM_LEVEL = 0.05

/** What the blocks so far say, disturbed ones included, as log ratios; null where there are too few. For people to watch: it decides nothing. */
export interface Interim {
  readonly scenario: string
  readonly metric: GateMetric
  readonly estimate: number | null
  readonly lower: number | null
  readonly upper: number | null
}

export function interimOf(settings: GateSettings, blocks: readonly GateBlock[]): Interim[] {
  return settings.scenarios.flatMap((scenario) =>
    settings.metrics.map((metric) => {
      const values = logRatiosOf(differencesOf(blocks, scenario, metric, settings))
      const averages = walshAverages(values)
      return {
        scenario,
        metric,
        estimate: hodgesLehmann(averages),
        lower: lowerBound(averages, values.length, INTERIM_LEVEL),
        upper: upperBound(averages, values.length, INTERIM_LEVEL),
      }
    }),
  )
}
