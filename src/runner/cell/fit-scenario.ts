import type { Level } from '../../model/plan/level.js'
import type { Outcome } from '../../model/run/outcome.js'
import type { PlannedScenario } from './booted.js'

type Skipped = Extract<Outcome, { state: 'skipped' }>

/**
 * A scenario as it is sent to a level: with the steps of the first of its variants that the level has all services for,
 * or skipped where the level lacks one that it needs. A service that rungs did not boot (null) is taken to have what the
 * scenario needs, and gets its plain steps.
 */
export function fitScenario(planned: PlannedScenario, level: Level | null): PlannedScenario | Skipped {
  if (level === null) return planned
  const { scenario } = planned
  const has = [...(level.services ?? []), ...(level.brings ?? [])]
  const lacking = (scenario.needs ?? []).filter((name) => !has.includes(name))
  if (lacking.length > 0) {
    const reason = `level ${level.number} (${level.name}) has no ${lacking.join(' and no ')}, which this scenario needs`
    return { state: 'skipped', reason, fix: null }
  }
  const variant = scenario.variants?.find(({ needs }) => needs.every((name) => has.includes(name)))
  return variant ? { ...planned, scenario: { ...scenario, steps: variant.steps } } : planned
}
