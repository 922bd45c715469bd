// Loads of one request, from one generator on its own core.
import { GENERATOR_CPU } from './servers.mjs'

/** What closed and open loop have in common. */
export function plainPlan(baseUrl, step) {
  return {
    baseUrl,
    steps: [step],
    variables: {},
    values: {},
    timeoutSeconds: 10,
    generators: 1,
    cpus: [Number(GENERATOR_CPU)],
    seed: 1,
  }
}

/** So many requests a second, on at most so many connections. */
export function steadyPlan(plan, { arrival, rate, seconds, connections }) {
  return {
    ...plan,
    arrival,
    stages: [{ seconds, from: rate, to: rate }],
    leadInSeconds: 1,
    maxConnections: Number(connections),
  }
}
