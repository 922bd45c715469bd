import { expect, it } from 'vitest'
import { refuseNothingDue } from '../../../../src/cli/plan/nothing-due.js'
import type { RunScenario, RunSettings } from '../../../../src/model/run/run.js'

const latency = { profile: 'steady', arrival: 'uniform', rate: null, share: 0.6, maxConnections: 8 } as const
const settings = (changes: Partial<NonNullable<RunSettings['latency']>> | null) =>
  ({ durationSeconds: 4, latency: changes && { ...latency, ...changes } }) as RunSettings
const scenarios = [{ name: 'a' }, { name: 'b' }] as RunScenario[]

it('refuses a rate at which nothing is due in time, once for all scenarios', () => {
  expect(() => refuseNothingDue(settings({ rate: 0.02, share: null }), scenarios, null)).toThrow(
    /^nothing is due in 4 s at 0\.02\/s: make it longer, with --duration 50 or more$/,
  )
})

it('names the scenario whose own rate it is, and stages by what they are', () => {
  const own = [{ name: 'a' }, { name: 'b', rate: 0.1 }] as RunScenario[]
  expect(() => refuseNothingDue(settings({}), own, null)).toThrow(
    'scenario b: nothing is due in 4 s at 0.1/s',
  )
  const stages = { of: 'rate', stages: [{ seconds: 10, from: 0.01, to: 0.01 }] } as const
  const given = settings({ profile: 'stages', share: null })
  expect(() => refuseNothingDue(given, scenarios, stages)).toThrow('nothing is due in 10 s at 0.01/s')
})

it('lets pass what sends something, or what only the run can tell', () => {
  for (const one of [
    settings({ rate: 0.4, share: null }),
    settings({ rate: 0.02, share: null, arrival: 'poisson' }),
    settings({}),
    settings(null),
  ]) {
    expect(() => refuseNothingDue(one, scenarios, null)).not.toThrow()
  }
})
