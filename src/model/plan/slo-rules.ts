import type { ProfileName } from './profile.js'
import type { Slo } from './slo.js'
import { isLatencyMetric, parseSlo } from './slo-grammar.js'

/** An objective that applies to a cell, and whether somebody gave it; only those decide an exit code. */
export interface AppliedSlo extends Slo {
  readonly stated: boolean
}

/** The KPIs, shown where nobody gave an objective. */
export const DEFAULT_SLOS: readonly Slo[] = parseAll([
  'p50<50ms',
  'p95<200ms',
  'p99<500ms',
  'errors<0.1%',
  'availability>99.9%',
])

/** Profiles that go past the capacity on purpose: the default objectives say nothing about them. */
const PAST_CAPACITY: readonly ProfileName[] = ['ramp', 'spike', 'stress']

/**
 * The rules of several sources, the nearest first: those of a nearer source replace a farther one's for the same
 * metric, and of one source all count.
 */
export function nearestRules(sources: readonly (readonly Slo[])[]): Slo[] {
  const chosen: Slo[] = []
  for (const rules of sources) {
    const taken = new Set(chosen.map(({ metric }) => metric))
    chosen.push(...rules.filter(({ metric }) => !taken.has(metric)))
  }
  return chosen
}

/**
 * The objectives of a scenario's cells: what was set goes before what the scenario brings along. Where nobody gave any,
 * the KPIs that the load can tell about.
 * @param set from flag, environment and file
 * @param own of the scenario, already checked
 * @param profile of the open loop; null where only capacity is measured
 */
export function slosFor(
  set: readonly Slo[],
  own: readonly string[],
  profile: ProfileName | null,
): AppliedSlo[] {
  const stated = nearestRules([set, parseAll(own)])
  if (stated.length > 0) return stated.map((slo) => ({ ...slo, stated: true }))
  if (profile !== null && PAST_CAPACITY.includes(profile)) return []
  return DEFAULT_SLOS.filter(({ metric }) => profile !== null || !isLatencyMetric(metric)).map((slo) => ({
    ...slo,
    stated: false,
  }))
}

/** @throws Error for a rule that was not checked before. */
function parseAll(rules: readonly string[]): Slo[] {
  return rules.map((rule) => {
    const parsed = parseSlo(rule)
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.value
  })
}
