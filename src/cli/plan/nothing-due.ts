import type { OwnStages } from '../../model/plan/profile-base.js'
import type { RunScenario, RunSettings } from '../../model/run/run.js'
import { nothingDue, withOwnRate } from '../../runner/cell/latency-phase.js'
import { baseRate, stagesOf } from '../../stats/load/profiles.js'
import { UserError } from '../../words/errors.js'

/**
 * Refuses rates at which no request would be due in the time that they are held for.
 * @throws UserError with a line for each scenario, or one for all where none has a rate of its own
 */
export function refuseNothingDue(
  settings: RunSettings,
  scenarios: readonly RunScenario[],
  own: OwnStages | null,
): void {
  const problems = scenarios.flatMap(({ name, rate }) => {
    const text = problemOf(settings, rate, own)
    return text === null ? [] : [rate === undefined ? text : `scenario ${name}: ${text}`]
  })
  if (problems.length > 0) throw new UserError([...new Set(problems)])
}

function problemOf(settings: RunSettings, rate: number | undefined, own: OwnStages | null): string | null {
  const { latency, durationSeconds } = withOwnRate(settings, rate)
  if (!latency) return null
  const { profile, arrival } = latency
  // A share of a capacity is known when that is.
  const base = baseRate(profile, { rate: latency.rate, share: 1, capacity: null, own })
  if (base === null) return null
  const stages = stagesOf(profile, { rate: base, durationSeconds, own })
  const text = nothingDue({ stages, arrival })
  if (text === null) return null
  return profile === 'steady' ? `${text}, with --duration ${Math.ceil(1 / base)} or more` : text
}
