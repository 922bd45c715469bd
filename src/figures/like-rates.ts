import { areAlike } from '../stats/validity/validity-repeats.js'
import type { LadderRow } from './ladder.js'
import { type PhaseFigures, rateText } from './phase-figures.js'

/** Levels whose latencies on a scenario compare. */
export interface LikeRates {
  readonly scenario: string
  readonly rate: PhaseFigures['rate']
  /** `simple at 1,200/s`. */
  readonly label: string
  readonly rows: readonly LadderRow[]
}

/**
 * The rows with a latency by scenario and rate: what stands in one group was measured under one profile at rates that are
 * alike, and so may stand side by side; from the lowest rate to the highest.
 */
export function byLikeRates(rows: readonly LadderRow[], scenarios: readonly string[]): LikeRates[] {
  return scenarios.flatMap((scenario) => {
    const measured = rows
      .flatMap((row) => {
        const latency = row.scenario === scenario ? row.measured?.latency : null
        return latency ? [{ row, latency }] : []
      })
      .sort((a, b) => a.latency.rate.min - b.latency.rate.min)
    const groups: (typeof measured)[] = []
    for (const one of measured) {
      const group = groups.find(
        (others) =>
          others.every(({ latency }) => latency.profile === one.latency.profile) &&
          areAlike([...others, one].flatMap(({ latency: { rate } }) => [rate.min, rate.max])),
      )
      if (group) group.push(one)
      else groups.push([one])
    }
    return groups.map((group) => {
      const rates = group.flatMap(({ latency: { rate } }) => [rate.min, rate.max])
      const rate = { min: Math.min(...rates), max: Math.max(...rates) }
      const members = new Set(group.map(({ row }) => row))
      return {
        scenario,
        rate,
        label: `${scenario} at ${rateText(rate)}/s`,
        rows: rows.filter((row) => members.has(row)),
      }
    })
  })
}
