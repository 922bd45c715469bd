import type { CapacityVerdict, ProbeKind, ProbeResult, SearchPlan } from '../model/studies/capacity.js'
import { DECIDING_LENGTH } from './probe-length.js'

export interface NextProbe {
  readonly rate: number
  readonly kind: ProbeKind
  /** How many times as long as the shortest. */
  readonly length: number
}

export type Next = { readonly probe: NextProbe } | { readonly verdict: CapacityVerdict }

/** Upwards, each rate is so many times the one before, until one fails; downwards it goes in larger steps. */
const UP = 1.5
const DOWN = 4

/** First probes, each at a lower rate, without one good answer: what is wrong has nothing to do with rates. */
const MOST_UNANSWERED = 2

/** A probe that could not be measured is repeated once. */
const MOST_INVALID = 2

/** Rates in turn that could not be measured: then it is not for their height. */
const MOST_UNKNOWN = 3

/** Probes of one rate that disagree; after so many it counts as failed. */
const MOST_VOTES = 4

/** Held above what failed by more than this many resolutions: that is no edge, but a service that is unsteady. */
const UNSTEADY_RESOLUTIONS = 2

/** An interval of this many resolutions is at the edge: probes are longer there, and one is enough for its higher end. */
const EDGE_RESOLUTIONS = 4

/** Latencies beyond so many times their limit, or as far below it, tell no more than which side they are on. */
const MOST_TIMES = 4

/** Of a resolution: the two rates beside the edge lie a little less than one apart. */
const HALF = 0.45

/** An interpolated rate keeps so much of the interval, on a logarithmic scale, from either end. */
const KEPT_ASIDE = 0.25

/**
 * The next probe of a search for the highest arrival rate at which objectives hold, or its verdict. Exponential steps
 * until a rate holds and another fails; then to where the latencies at both ends say that the limit is met, or bisection
 * on a logarithmic scale where they do not tell. A probe near an objective's limit is repeated, so is the first failure,
 * probes at the edge are longer, and the lower end is confirmed by another such. Pure: all that it knows is in `done`.
 */
export function nextProbe(plan: SearchPlan, done: readonly ProbeResult[]): Next {
  const last = done.at(-1)
  if (last && done.every(({ unanswered }) => unanswered === true)) {
    if (done.length >= MOST_UNANSWERED) return { verdict: unanswered(done) }
    return { probe: exploring(Math.max(plan.lowest, rounded(last.rate / DOWN))) }
  }
  const standings = standingsOf(done)
  const step = stepOf(plan, standings)
  if ('verdict' in step) return { verdict: verdictOf(plan, done, step.verdict, step.reason) }
  const left = plan.mostProbes - done.length
  if (left <= 0)
    return { verdict: verdictOf(plan, done, 'unconfirmed', `${done.length} probes were used up`) }
  const { low } = edgesOf(standings)
  // The last one is kept for the answer.
  if (left === 1 && low && !low.isConfirmed) return { probe: confirming(low) }
  return { probe: step }
}

function unanswered({ length }: readonly ProbeResult[]): CapacityVerdict {
  return { state: 'unanswered', low: null, high: null, reason: `not one good answer in ${length} probes` }
}

interface Standing {
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

function standingsOf(done: readonly ProbeResult[]): Standing[] {
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

function edgesOf(standings: readonly Standing[]): Edges {
  const high = standings.find(({ state }) => state === 'failed' || state === 'unknown') ?? null
  const below = standings.filter(({ rate, state }) => state === 'held' && rate < (high?.rate ?? Infinity))
  return { low: below.at(-1) ?? null, high }
}

type Step = NextProbe | { readonly verdict: CapacityVerdict['state']; readonly reason: string }

function stepOf(plan: SearchPlan, standings: readonly Standing[]): Step {
  const open = standings.find(({ state }) => state === 'open')
  if (open) return { rate: open.rate, kind: 'repeat', length: open.weight > 0 ? DECIDING_LENGTH : 1 }
  const unknown = standings.filter(({ state }) => state === 'unknown')
  if (unknown.length >= MOST_UNKNOWN)
    return { verdict: 'unmeasured', reason: `${unknown.length} rates could not be measured` }
  const failed = standings.filter(({ state }) => state === 'failed')
  // The first to fail decides where the search goes: a service that stumbled is found out here, or late.
  if (failed.length === 1 && failed[0]?.weight === 1) return again(failed[0])
  const { low, high } = edgesOf(standings)
  if (low && high) return between(plan, low, high)
  if (low) return above(plan, low)
  if (high) return below(plan, high)
  return exploring(plan.start)
}

function exploring(rate: number, length = 1): NextProbe {
  return { rate, kind: 'explore', length }
}

function again({ rate }: Standing): NextProbe {
  return { rate, kind: 'repeat', length: 1 }
}

function confirming({ rate }: Standing): NextProbe {
  return { rate, kind: 'confirm', length: DECIDING_LENGTH }
}

function above(plan: SearchPlan, low: Standing): Step {
  if (low.rate < plan.highest) return exploring(Math.min(plan.highest, rounded(low.rate * UP)))
  if (!low.isConfirmed) return confirming(low)
  return { verdict: 'beyond', reason: 'the highest rate that was allowed held' }
}

function below(plan: SearchPlan, high: Standing): Step {
  if (high.rate > plan.lowest) return exploring(Math.max(plan.lowest, rounded(high.rate / DOWN)))
  if (high.state === 'unknown')
    return { verdict: 'unmeasured', reason: 'not even the lowest rate could be measured' }
  if (high.weight < 2) return again(high)
  return { verdict: 'doomed', reason: 'the lowest rate failed' }
}

function between(plan: SearchPlan, low: Standing, high: Standing): Step {
  const width = high.rate / low.rate
  const edge = 1 + EDGE_RESOLUTIONS * plan.resolution
  const rate = rounded(rateBetween(plan, low, high))
  if (width > 1 + plan.resolution && rate > low.rate && rate < high.rate)
    return exploring(rate, width > edge ? 1 : DECIDING_LENGTH)
  if (high.state === 'failed' && high.weight < 2)
    return { rate: high.rate, kind: 'repeat', length: DECIDING_LENGTH }
  if (!low.isConfirmed) return confirming(low)
  if (high.state === 'unknown')
    return { verdict: 'unmeasured', reason: 'the next higher rate could not be measured' }
  return { verdict: 'found', reason: 'held, and was confirmed by a longer probe' }
}

/**
 * Where the interval is to be divided. Where the latencies at both ends are near enough to their limit to tell how far
 * off they are, a straight line through both says at which rate the limit is met: one of the ends is then sought half a
 * resolution beside it.
 */
function rateBetween({ resolution }: SearchPlan, low: Standing, high: Standing): number {
  // A rate that held, and failed when it was to be confirmed, lies a little above the edge.
  const beside = high.rate / (1 + resolution)
  if (high.isMixed && rounded(beside) > low.rate) return beside
  const width = Math.log(high.rate / low.rate)
  const tells = ({ excess }: Standing) => excess !== null && Math.abs(excess) < Math.log(MOST_TIMES)
  if (!tells(low) || !tells(high) || low.excess! >= 0 || high.excess! <= 0)
    return low.rate * Math.exp(width / 2)
  const crossing = (width * -low.excess!) / (high.excess! - low.excess!)
  const half = HALF * Math.log(1 + resolution)
  const goal = crossing > width / 2 ? crossing - half : crossing + half
  const aside = KEPT_ASIDE * width
  return low.rate * Math.exp(Math.min(width - aside, Math.max(aside, goal)))
}

/** Four significant digits: as close as any search goes, and a rate that can be read. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(4))
}

/** The interval by what each rate's probes say together; by each single probe, where a service is unsteady. */
function verdictOf(
  plan: SearchPlan,
  done: readonly ProbeResult[],
  state: CapacityVerdict['state'],
  reason: string,
): CapacityVerdict {
  const told = done.map(({ rate, outcome }) => ({ rate, state: outcome }))
  if (state === 'doomed' && !told.some((probe) => probe.state === 'held'))
    return { state, reason, ...intervalOf(told) }
  const pair = contradictionOf(done, plan.resolution)
  if (pair)
    return {
      state: 'unsteady',
      reason: `it failed at ${pair.failed}/s and held at ${pair.held}/s`,
      ...intervalOf(told),
    }
  const standings = standingsOf(done)
  const interval = intervalOf(standings)
  const { low: edge } = edgesOf(standings)
  // Out of probes, but the last one confirmed a rate: a wider interval is an answer too.
  if (state === 'unconfirmed' && edge?.isConfirmed && interval.high !== null)
    return { state: 'found', reason: `${reason} at this width`, ...interval }
  return { state, reason, ...interval }
}

/** The highest rate that held below all that failed, and the lowest that failed above all that held. */
function intervalOf(
  told: readonly { readonly rate: number; readonly state: string }[],
): Pick<CapacityVerdict, 'low' | 'high'> {
  const ratesOf = (state: string) => told.filter((one) => one.state === state).map(({ rate }) => rate)
  const [held, failed] = [ratesOf('held'), ratesOf('failed')]
  const [highestHeld, lowestFailed] = [Math.max(...held), Math.min(...failed)]
  return {
    low: finite(Math.max(...held.filter((rate) => rate < lowestFailed))),
    high: finite(Math.min(...failed.filter((rate) => rate > highestHeld))),
  }
}

/**
 * A rate that failed below one that held, and not at the edge: some resolutions below, or by far, as no chance of a few
 * slow requests explains.
 */
function contradictionOf(
  done: readonly ProbeResult[],
  resolution: number,
): { readonly failed: number; readonly held: number } | null {
  const edge = 1 + UNSTEADY_RESOLUTIONS * resolution
  for (const one of done.filter(({ outcome }) => outcome === 'failed')) {
    const isGross = one.distance === 'far' && one.kind !== 'confirm'
    const other = done.find(
      ({ outcome, rate, distance }) =>
        outcome === 'held' &&
        (rate > one.rate * edge || (isGross && rate >= one.rate && distance !== 'near')),
    )
    if (other) return { failed: one.rate, held: other.rate }
  }
  return null
}

function finite(rate: number): number | null {
  return Number.isFinite(rate) ? rate : null
}
