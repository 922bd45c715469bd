import type { CapacityVerdict, ProbeResult, SearchPlan } from '../model/studies/capacity.js'
import { edgesOf, standingsOf } from './standings.js'

/** Held above what failed by more than this many resolutions: that is no edge, but a service that is unsteady. */
const UNSTEADY_RESOLUTIONS = 2

/** The verdict on a service that gave no good answer at all. */
export function unanswered({ length }: readonly ProbeResult[]): CapacityVerdict {
  return { state: 'unanswered', low: null, high: null, reason: `not one good answer in ${length} probes` }
}

/** The interval by what each rate's probes say together; by each single probe, where a service is unsteady. */
export function verdictOf(
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
