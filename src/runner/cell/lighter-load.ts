import type { LatencyPhase } from '../../model/run/outcome.js'
import { disturbed } from '../../stats/validity/validity.js'
import { grouped, percent } from '../../words/in-sentences.js'
import type { LatencyLoad } from './latency-phase.js'

/** How often a rate that is a share of the capacity is halved for a generator that cannot keep it. */
const HALVINGS = 2

/**
 * The load to measure instead, at half the rate; null where the measurement stands. Only a steady load at a share of the
 * capacity gives way: a rate that was asked for does not, nor does a shape.
 * @param halvings how often the rate was halved before
 */
export function lighterLoad(load: LatencyLoad, phase: LatencyPhase, halvings: number): LatencyLoad | null {
  const { share, rate, plan, profile } = load
  if (share === null || profile !== 'steady' || halvings >= HALVINGS) return null
  const { state } = phase.validity
  // A generator that waits for its core because of the service's own load has it at half of that load.
  const isItsOwn = state === 'machine-busy' && disturbed(phase.server).length === 0
  if (state !== 'generator-bound' && !isItsOwn) return null
  const stages = plan.stages.map(({ seconds, from, to }) => ({ seconds, from: from / 2, to: to / 2 }))
  return { ...load, rate: rate / 2, share: share / 2, plan: { ...plan, stages } }
}

/**
 * Measures at the rate that was meant, or at a half or a quarter of it, where the generator cannot keep up with more.
 * @param warn is told of a rate that gave way, once
 */
export async function measureKeepingUp<Failure extends { readonly state: 'failed' }>(
  meant: LatencyLoad,
  measure: (load: LatencyLoad) => Promise<LatencyPhase | Failure>,
  warn: (text: string) => void,
): Promise<LatencyPhase | Failure> {
  let load = meant
  for (let halvings = 0; ; halvings++) {
    const phase = await measure(load)
    const lighter = 'state' in phase ? null : lighterLoad(load, phase, halvings)
    if (lighter) {
      load = lighter
      continue
    }
    if (load !== meant) warn(gaveWay(meant, load))
    return phase
  }
}

function gaveWay(meant: LatencyLoad, load: LatencyLoad): string {
  const [at, instead] = [load, meant].map(
    ({ rate, share }) =>
      `${grouped(rate)} requests/s (${percent(share ?? 0)} of ${meant.shareOf === 'lowest' ? 'the lowest capacity' : 'the capacity'})`,
  )
  return `latency was measured at ${at} instead of ${instead}: the load generator could not send more on time; more CPU or --generators may let it`
}
