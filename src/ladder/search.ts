import type { CapacityVerdict, ProbeKind, ProbeResult, SearchPlan } from '../model/studies/capacity.js'
import { DECIDING_LENGTH } from './probe-length.js'
import { unanswered, verdictOf } from './search-verdict.js'
import { edgesOf, MOST_TIMES, type Standing, standingsOf } from './standings.js'

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

/** Rates in turn that could not be measured: then it is not for their height. */
const MOST_UNKNOWN = 3

/** An interval of this many resolutions is at the edge: probes are longer there, and one is enough for its higher end. */
const EDGE_RESOLUTIONS = 4

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
