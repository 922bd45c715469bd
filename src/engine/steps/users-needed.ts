import type { RateStage } from '../../model/plan/load-plan.js'
import type { RequestSpec } from '../../model/plan/scenario.js'
import { meanThinkSeconds } from './steps.js'

/** Users beyond those who are busy on average: by chance more are, and answers take longer at times. */
const SPARE = { share: 0.5, users: 4 }

/**
 * How many users a schedule needs at its highest rate, with some to spare: by Little's law, arrivals per second × the
 * seconds that each keeps its user busy.
 * @param share of the arrivals that this generator sends
 * @param serviceSeconds of an answer on average; 0 while nothing is known of it
 */
export function usersNeeded(
  { stages, steps }: { readonly stages: readonly RateStage[]; readonly steps: readonly RequestSpec[] },
  share: number,
  serviceSeconds: number,
): number {
  const highest = Math.max(0, ...stages.map(({ from, to }) => Math.max(from, to)))
  const busy = highest * share * (meanThinkSeconds(steps) + serviceSeconds)
  return Math.ceil(busy * (1 + SPARE.share)) + SPARE.users
}
