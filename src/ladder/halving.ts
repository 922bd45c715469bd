import type { Outcome } from '../model/run/outcome.js'
import type { TuneCandidate, TuneMeasurement } from '../model/studies/tune.js'
import { randomOf, seedOf } from '../stats/estimate/random.js'
import { shuffle } from '../stats/estimate/shuffle.js'

/** What a measurement tells the halving. */
export interface Trial {
  readonly candidate: string
  readonly round: number
  readonly outcome: 'valid' | 'invalid' | 'failed'
  /** Requests per second; 0 where it is not valid. */
  readonly throughput: number
  readonly rssBytes: number | null
}

/** A measurement that is not valid is repeated once. */
const MOST_TRIALS = 2

/** Each round's measurements are so many times as long as those of the one before. */
const GROWTH = 1.5

export interface Halving {
  readonly candidates: readonly Pick<TuneCandidate, 'key'>[]
  /** No further round when so many are left. */
  readonly finalists: number
  readonly seed: number
}

export type HalvingStep =
  | { readonly measure: { readonly candidate: string; readonly round: number } }
  /** Those that are left, the best first. */
  | { readonly finalists: readonly string[] }

export function trialOf({ candidate, round, outcome }: TuneMeasurement): Trial {
  const base = { candidate, round, throughput: 0, rssBytes: null }
  if (outcome.state !== 'completed') return { ...base, outcome: 'failed' }
  const { summary, validity } = outcome
  if (validity.state !== 'valid') return { ...base, outcome: 'invalid' }
  return { ...base, outcome: 'valid', throughput: summary.throughput, rssBytes: summary.rssPeakBytes }
}

/** Requests per second; 0 where it is not valid. */
export function validThroughput(outcome: Outcome): number {
  return outcome.state === 'completed' && outcome.validity.state === 'valid' ? outcome.summary.throughput : 0
}

/** Seconds that a measurement of a round takes, without boot and warm-up. */
export function roundSeconds(firstSeconds: number, round: number): number {
  return Math.round(firstSeconds * GROWTH ** (round - 1))
}

/** How many are measured in each round where none fails. */
export function roundsOf(count: number, finalists: number): number[] {
  const rounds = [count]
  for (let left = count; left > finalists; ) {
    left = keptOf(left, finalists)
    if (left > finalists) rounds.push(left)
  }
  return rounds
}

function keptOf(count: number, finalists: number): number {
  return Math.max(finalists, Math.ceil(count / 2))
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): all candidates are measured once, in a drawn order; the better half
 * again and longer, and so on. What failed, or could not be measured twice, is out. Pure.
 */
export function nextTrial(plan: Halving, trials: readonly Trial[]): HalvingStep {
  let alive = plan.candidates.map(({ key }) => key)
  for (let round = 1; ; round++) {
    const own = trials.filter((trial) => trial.round === round)
    const order = shuffle(alive, randomOf(seedOf(plan.seed, round)))
    const pending = order.find((key) => !isSettled(own.filter(({ candidate }) => candidate === key)))
    if (pending !== undefined) return { measure: { candidate: pending, round } }
    alive = alive.filter((key) =>
      own.some(({ candidate, outcome }) => candidate === key && outcome === 'valid'),
    )
    // By what was known then: later rounds must not undo a decision that they rest on.
    const known = trials.filter((trial) => trial.round <= round)
    alive = ranked(alive, known).slice(0, keptOf(alive.length, plan.finalists))
    if (alive.length <= plan.finalists) return { finalists: alive }
  }
}

function isSettled(trials: readonly Trial[]): boolean {
  return trials.some(({ outcome }) => outcome !== 'invalid') || trials.length >= MOST_TRIALS
}

/**
 * The best first, by the mean over the rounds that all of them were in of ln throughput less that round's mean, the
 * later and longer rounds weighing more; of equals the one with less memory.
 */
export function ranked(keys: readonly string[], trials: readonly Trial[]): string[] {
  const valid = trials.filter(({ candidate, outcome }) => outcome === 'valid' && keys.includes(candidate))
  const rounds = [...new Set(valid.map(({ round }) => round))]
  const scores = new Map(keys.map((key) => [key, 0]))
  for (const round of rounds) {
    const own = valid.filter((trial) => trial.round === round)
    const mean = own.reduce((sum, { throughput }) => sum + ln(throughput), 0) / own.length
    for (const { candidate, throughput } of own)
      scores.set(candidate, (scores.get(candidate) ?? 0) + GROWTH ** round * (ln(throughput) - mean))
  }
  const memory = (key: string) => memoryOf(key, trials) ?? Number.POSITIVE_INFINITY
  return [...keys].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0) || memory(a) - memory(b) || 0)
}

/** The most that it was seen to need, in bytes. */
export function memoryOf(key: string, trials: readonly Trial[]): number | null {
  const known = trials.flatMap(({ candidate, rssBytes }) =>
    candidate === key && rssBytes !== null ? [rssBytes] : [],
  )
  return known.length > 0 ? Math.max(...known) : null
}

function ln(throughput: number): number {
  return Math.log(Math.max(1e-9, throughput))
}
