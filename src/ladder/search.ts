import type { CapacityVerdict, ProbeKind, ProbeResult, SearchPlan } from '../model/capacity.js'

export type Next =
  | { readonly probe: { readonly rate: number; readonly kind: ProbeKind } }
  | { readonly verdict: CapacityVerdict }

/** Upwards, each rate is so many times the one before, until one fails; downwards it goes in larger steps. */
const UP = 1.5
const DOWN = 4

/** A probe that could not be measured is repeated once. */
const MOST_INVALID = 2

/** Rates in turn that could not be measured: then it is not for their height. */
const MOST_UNKNOWN = 3

/** Probes of one rate that disagree; after so many it counts as failed. */
const MOST_VOTES = 4

/** Held above what failed by more than this many resolutions: that is no edge, but a service that is unsteady. */
const UNSTEADY_RESOLUTIONS = 2

/** A confirming probe is longer, and counts for two. */
const CONFIRM_VOTES = 2

/**
 * The next probe of a search for the highest arrival rate at which objectives hold, or its verdict. Exponential steps
 * until a rate holds and another fails, then bisection on a logarithmic scale; a probe near an objective's limit is
 * repeated, so are the first failure and the higher end, and the lower one is confirmed by a longer probe. Pure: all that it knows is in `done`.
 */
export function nextProbe(plan: SearchPlan, done: readonly ProbeResult[]): Next {
  const standings = standingsOf(done)
  const step = stepOf(plan, standings)
  if ('verdict' in step) return { verdict: verdictOf(plan, done, step.verdict, step.reason) }
  const left = plan.mostProbes - done.length
  if (left <= 0)
    return { verdict: verdictOf(plan, done, 'unconfirmed', `${done.length} probes were used up`) }
  const { low } = edgesOf(standings)
  // The last one is kept for the answer.
  if (left === 1 && low && !low.isConfirmed) return { probe: { rate: low.rate, kind: 'confirm' } }
  return { probe: step }
}

interface Standing {
  readonly rate: number
  readonly state: 'held' | 'failed' | 'unknown' | 'open'
  readonly votes: number
  /** Whether its probes disagree. */
  readonly isMixed: boolean
  readonly isConfirmed: boolean
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
  const votesFor = (outcome: ProbeResult['outcome']) =>
    probes
      .filter((probe) => probe.outcome === outcome)
      .reduce((sum, { kind }) => sum + (kind === 'confirm' ? CONFIRM_VOTES : 1), 0)
  const [held, failed] = [votesFor('held'), votesFor('failed')]
  const isConfirmed = probes.some(({ kind, outcome }) => kind === 'confirm' && outcome === 'held')
  const votes = held + failed
  const of = (state: Standing['state']): Standing => ({
    rate,
    state,
    votes,
    isMixed: held > 0 && failed > 0,
    isConfirmed,
  })
  if (votes === 0) return of(probes.length >= MOST_INVALID ? 'unknown' : 'open')
  const told = probes.filter(({ outcome }) => outcome !== 'invalid')
  const alone = told.length === 1 && told[0]?.distance === 'near' && told[0].kind !== 'confirm'
  if (alone && probes.length < MOST_VOTES) return of('open')
  if (held === failed) return of(probes.length < MOST_VOTES ? 'open' : 'failed')
  return of(held > failed ? 'held' : 'failed')
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

type Step =
  | { readonly rate: number; readonly kind: ProbeKind }
  | { readonly verdict: CapacityVerdict['state']; readonly reason: string }

function stepOf(plan: SearchPlan, standings: readonly Standing[]): Step {
  const open = standings.find(({ state }) => state === 'open')
  if (open) return { rate: open.rate, kind: 'repeat' }
  const unknown = standings.filter(({ state }) => state === 'unknown')
  if (unknown.length >= MOST_UNKNOWN)
    return { verdict: 'unmeasured', reason: `${unknown.length} rates could not be measured` }
  const failed = standings.filter(({ state }) => state === 'failed')
  // The first to fail decides where the search goes: a service that stumbled is found out here, or late.
  if (failed.length === 1 && failed[0]?.votes === 1) return { rate: failed[0].rate, kind: 'repeat' }
  const { low, high } = edgesOf(standings)
  if (low && high) return between(plan, low, high)
  if (low) return above(plan, low)
  if (high) return below(plan, high)
  return { rate: plan.start, kind: 'explore' }
}

function above(plan: SearchPlan, low: Standing): Step {
  if (low.rate < plan.highest)
    return { rate: Math.min(plan.highest, rounded(low.rate * UP)), kind: 'explore' }
  if (!low.isConfirmed) return { rate: low.rate, kind: 'confirm' }
  return { verdict: 'beyond', reason: 'the highest rate that was allowed held' }
}

function below(plan: SearchPlan, high: Standing): Step {
  if (high.rate > plan.lowest)
    return { rate: Math.max(plan.lowest, rounded(high.rate / DOWN)), kind: 'explore' }
  if (high.state === 'unknown')
    return { verdict: 'unmeasured', reason: 'not even the lowest rate could be measured' }
  if (high.votes < 2) return { rate: high.rate, kind: 'repeat' }
  return { verdict: 'doomed', reason: 'the lowest rate failed' }
}

function between(plan: SearchPlan, low: Standing, high: Standing): Step {
  // A rate that held, and failed when it was to be confirmed, lies a little above the edge.
  const beside = rounded(high.rate / (1 + plan.resolution))
  const middle = high.isMixed && beside > low.rate ? beside : rounded(Math.sqrt(low.rate * high.rate))
  const isNarrow = high.rate <= low.rate * (1 + plan.resolution)
  if (!isNarrow && middle > low.rate && middle < high.rate) return { rate: middle, kind: 'explore' }
  if (high.state === 'failed' && high.votes < 2) return { rate: high.rate, kind: 'repeat' }
  if (!low.isConfirmed) return { rate: low.rate, kind: 'confirm' }
  if (high.state === 'unknown')
    return { verdict: 'unmeasured', reason: 'the next higher rate could not be measured' }
  return { verdict: 'found', reason: 'held, and was confirmed by a longer probe' }
}

/** Four significant digits: as close as any search goes, and a rate that can be read. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(4))
}

/** The interval that no probe contradicts, and whether it is still one of an edge. */
function verdictOf(
  plan: SearchPlan,
  done: readonly ProbeResult[],
  state: CapacityVerdict['state'],
  reason: string,
): CapacityVerdict {
  const ratesOf = (outcome: ProbeResult['outcome']) =>
    done.filter((probe) => probe.outcome === outcome).map(({ rate }) => rate)
  const [held, failed] = [ratesOf('held'), ratesOf('failed')]
  const lowestFailed = Math.min(...failed)
  const highestHeld = Math.max(...held)
  const low = Math.max(...held.filter((rate) => rate < lowestFailed))
  const high = Math.min(...failed.filter((rate) => rate > highestHeld))
  const interval = { low: finite(low), high: finite(high) }
  if (state === 'doomed' && held.length === 0) return { state, reason, ...interval }
  const pair = contradictionOf(done, plan.resolution)
  if (pair)
    return {
      state: 'unsteady',
      reason: `it failed at ${pair.failed}/s and held at ${pair.held}/s`,
      ...interval,
    }
  const { low: edge } = edgesOf(standingsOf(done))
  // Out of probes, but the last one confirmed a rate: a wider interval is an answer too.
  if (state === 'unconfirmed' && edge?.isConfirmed && interval.high !== null)
    return { state: 'found', reason: `${reason} at this width`, ...interval }
  return { state, reason, ...interval }
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
