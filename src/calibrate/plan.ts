import { VALUES_BEYOND } from '../stats/validity/enough.js'
import { didYouMean } from '../words/closest.js'
import { UserError } from '../words/errors.js'
import { CAPACITY_CHECK } from './capacity-check.js'
import { type Behaviour, type Fixture, fixtures, type Schedule } from './fixtures.js'

/** What was asked for; null: the default. */
export interface CalibrationChoice {
  /** Names of fixtures. */
  readonly fixtures: readonly string[] | null
  /** Arrivals per second. */
  readonly rates: readonly number[] | null
  /** Of each measurement, in seconds; null: by its rate, see `secondsAt`. */
  readonly seconds: number | null
  /** Of each other tool at each fixture; 0: not at all. */
  readonly peerSeconds: number | null
  /** How often each measurement is made; null: thrice, or once where it is quick. */
  readonly repeats: number | null
  readonly quick: boolean
}

const DEFAULTS = { rates: [100, 1_000, 2_500], peerSeconds: 1, repeats: 3 }
const QUICK = { rates: [200], seconds: 0.5, peerSeconds: 0, repeats: 1 }

/** So many answers are asked for, of which one in 1,000 lies beyond p99.9: enough for it to be judged. */
const REQUESTS = 1_000 * VALUES_BEYOND

/** Bounds of what they may take: where they would take more than the longest, p99.9 is given up. */
const SECONDS = { shortest: 2, longest: 10, without: 5 }

export interface PlannedFixtures {
  readonly entries: readonly { readonly fixture: Fixture; readonly schedules: readonly Schedule[] }[]
  readonly peerSeconds: number
  readonly repeats: number
  /** Whether the capacity of a server that works on one request at a time is measured too. */
  readonly hasCapacity: boolean
}

/**
 * Which fixtures are measured, at which rates and for how long: the fixed delays at every rate, the others at the
 * middle one, or at their own unless rates were asked for (the race of idle connections always at its own); a stall for whole cycles, so that every moment of the cycle
 * counts alike.
 * @throws UserError for a name that no fixture has
 */
export function planCalibration(choice: CalibrationChoice): PlannedFixtures {
  const defaults = choice.quick ? QUICK : DEFAULTS
  const rates = [...(choice.rates ?? defaults.rates)].sort((a, b) => a - b)
  const middle = rates[Math.floor((rates.length - 1) / 2)] as number
  const isDefault = choice.rates === null && !choice.quick
  const ratesOf = ({ everyRate, ownRate }: Fixture) =>
    everyRate ? rates : [(isDefault ? ownRate : null) ?? middle]
  const seconds = choice.seconds ?? (choice.quick ? QUICK.seconds : null)
  const scheduleOf = (rate: number, fixture: Fixture): Schedule => ({
    rate,
    seconds: wholeCycles(seconds ?? secondsAt(rate, fixture.behaviour), fixture),
  })
  const entries = chosen(fixtures({ quick: choice.quick }), choice.fixtures).map((fixture) => ({
    fixture,
    schedules: fixture.own ? [fixture.own] : ratesOf(fixture).map((rate) => scheduleOf(rate, fixture)),
  }))
  return {
    entries,
    peerSeconds: choice.peerSeconds ?? defaults.peerSeconds,
    repeats: choice.repeats ?? defaults.repeats,
    hasCapacity: choice.fixtures === null || choice.fixtures.includes(CAPACITY_CHECK),
  }
}

/**
 * How long a rate is measured by default, in whole seconds: until 5,000 requests got an answer, so that 5 lie beyond
 * p99.9, but no less than 2 s; where that would take more than 10 s, 5 s, which judge p99 from 100 requests per second
 * on.
 */
export function secondsAt(rate: number, { dropEvery }: Pick<Behaviour, 'dropEvery'> = {}): number {
  const answered = dropEvery === undefined ? 1 : 1 - 1 / dropEvery
  const wanted = Math.ceil(REQUESTS / (rate * answered))
  return wanted <= SECONDS.longest ? Math.max(SECONDS.shortest, wanted) : SECONDS.without
}

function chosen(all: readonly Fixture[], names: readonly string[] | null): Fixture[] {
  const known = [...all.map(({ name }) => name), CAPACITY_CHECK]
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
