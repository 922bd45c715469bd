import type { ProbeResult } from '../model/studies/capacity.js'

/** A probe that could not be measured is repeated once. */
const MOST_INVALID = 2

/** Probes of one rate that disagree; after so many it counts as failed. */
const MOST_VOTES = 4

/** Latencies beyond so many times their limit, or as far below it, tell no more than which side they are on. */
export const MOST_TIMES = 4

/** What all probes of one rate say together. */
export interface Standing {
  readonly rate: number
  readonly state: 'held' | 'failed' | 'unknown' | 'open'
  /** The lengths of its probes that told something, together. */
  readonly weight: number
  /** Whether its probes disagree. */
  readonly isMixed: boolean
  readonly isConfirmed: boolean
  /** How far its latency lies above the limit, or below, as a logarithm; null where that does not tell. */
  readonly excess: number | null
}

/** Each rate that was tried, from the lowest. */
export function standingsOf(done: readonly ProbeResult[]): Standing[] {
  const rates = [...new Set(done.map(({ rate }) => rate))].sort((a, b) => a - b)
  return rates.map((rate) =>
    standingOf(
      rate,
      done.filter((one) => one.rate === rate),
    ),
  )
}

function standingOf(rate: number, probes: readonly ProbeResult[]): Standing {
  const told = probes.filter(({ outcome }) => outcome !== 'invalid')
  const lengthOf = (some: readonly ProbeResult[]) => some.reduce((sum, { length }) => sum + length, 0)
  const [weight, held] = [lengthOf(told), lengthOf(told.filter(({ outcome }) => outcome === 'held'))]
  const excess = excessOf(told)
  const isMixed = held > 0 && held < weight
  const isConfirmed = told.some(({ kind, outcome }) => kind === 'confirm' && outcome === 'held')
  const of = (state: Standing['state']): Standing => ({ rate, state, weight, isMixed, isConfirmed, excess })
  if (weight === 0) return of(probes.length >= MOST_INVALID ? 'unknown' : 'open')
  const isInDoubt = told.length === 1 && told[0]?.distance === 'near' && told[0].kind !== 'confirm'
  if (isInDoubt && probes.length < MOST_VOTES) return of('open')
  if (!isMixed) return of(held > 0 ? 'held' : 'failed')
  const balance = excess ?? weight - 2 * held
  if (balance === 0) return of(probes.length < MOST_VOTES ? 'open' : 'failed')
  return of(balance < 0 ? 'held' : 'failed')
}

/** The mean over its probes, by their lengths: a longer one knows its percentile better. */
function excessOf(told: readonly ProbeResult[]): number | null {
  let [sum, weight] = [0, 0]
  for (const { timesLimit, length } of told) {
    if (timesLimit === null) return null
    sum += length * Math.log(Math.min(MOST_TIMES, Math.max(1 / MOST_TIMES, timesLimit)))
    weight += length
  }
  return weight === 0 ? null : sum / weight
}

interface Edges {
  readonly low: Standing | null
  readonly high: Standing | null
}

/** The lowest rate that did not hold, and the highest below it that did. */
export function edgesOf(standings: readonly Standing[]): Edges {
  const high = standings.find(({ state }) => state === 'failed' || state === 'unknown') ?? null
  const below = standings.filter(({ rate, state }) => state === 'held' && rate < (high?.rate ?? Infinity))
  return { low: below.at(-1) ?? null, high }
}
