import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Assignment } from './generator-messages.js'

/** How `connections` are divided over `generators`: the first ones get one more where it does not come out even. */
export function divideConnections(connections: number, generators: number): number[] {
  const count = Math.min(generators, connections)
  return Array.from(
    { length: count },
    (_, i) => Math.floor(connections / count) + (i < connections % count ? 1 : 0),
  )
}

/** Each generator's part. No more generators are made than there are connections. */
export function assignmentsOf<Plan extends LoadPlan | OpenLoadPlan>(
  plan: Plan,
  connections: number,
  counterStart: number,
): Assignment<Plan>[] {
  const shares = divideConnections(connections, plan.generators)
  let firstConnection = 0
  return shares.map((share, generator) => {
    const assignment = {
      plan,
      generator,
      generators: shares.length,
      connections: share,
      firstConnection,
      counterStart,
    }
    firstConnection += share
    return assignment
  })
}
