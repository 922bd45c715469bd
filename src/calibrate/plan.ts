import { didYouMean } from '../model/closest.js'
import { UserError } from '../model/errors.js'
import { type Fixture, fixtures } from './fixtures.js'
import type { Schedule } from './truth.js'

/** What was asked for; null: the default. */
export interface CalibrationChoice {
  /** Names of fixtures. */
  readonly fixtures: readonly string[] | null
  /** Arrivals per second. */
  readonly rates: readonly number[] | null
  /** Of each measurement, in seconds. */
  readonly seconds: number | null
  /** Of each other tool at each fixture; 0: not at all. */
  readonly peerSeconds: number | null
  readonly quick: boolean
}

const DEFAULTS = { rates: [100, 500, 2_500], seconds: 2, peerSeconds: 1 }
const QUICK = { rates: [200], seconds: 0.5, peerSeconds: 0 }

export interface PlannedFixtures {
  readonly entries: readonly { readonly fixture: Fixture; readonly schedules: readonly Schedule[] }[]
  readonly peerSeconds: number
}

/**
 * Which fixtures are measured, at which rates and for how long: the fixed delays at every rate, the others at the
 * middle one; a stall for whole cycles, so that every moment of the cycle counts alike.
 * @throws UserError for a name that no fixture has
 */
export function planCalibration(choice: CalibrationChoice): PlannedFixtures {
  const defaults = choice.quick ? QUICK : DEFAULTS
  const rates = [...(choice.rates ?? defaults.rates)].sort((a, b) => a - b)
  const seconds = choice.seconds ?? defaults.seconds
  const middle = rates[Math.floor((rates.length - 1) / 2)] as number
  const entries = chosen(fixtures({ quick: choice.quick }), choice.fixtures).map((fixture) => ({
    fixture,
    schedules: (fixture.everyRate ? rates : [middle]).map((rate) => ({
      rate,
      seconds: wholeCycles(seconds, fixture),
    })),
  }))
  return { entries, peerSeconds: choice.peerSeconds ?? defaults.peerSeconds }
}

function chosen(all: readonly Fixture[], names: readonly string[] | null): Fixture[] {
  const known = all.map(({ name }) => name)
  const problems = (names ?? [])
    .filter((name) => !known.includes(name))
    .map(
      (name) => `--fixture ${name}: there is no such fixture${didYouMean(name, known)} (${known.join(', ')})`,
    )
  if (problems.length > 0) throw new UserError(problems)
  return all.filter(({ name }) => names === null || names.includes(name))
}

function wholeCycles(seconds: number, { behaviour: { stall } }: Fixture): number {
  if (!stall) return seconds
  const cycle = stall.cycleMs / 1_000
  return cycle * Math.ceil(Number((seconds / cycle).toFixed(6)))
}
