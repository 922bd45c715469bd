import type { LoadPlan } from '../model/load-plan.js'
import type { RunSettings } from '../model/run.js'
import type { PlannedScenario } from './booted.js'
import { scenarioValues } from './scenario-values.js'

/**
 * What loading a service with a scenario takes, but for how long: with what the scenario's `setup` gives against it.
 * @param seed of this load
 * @throws Error as `scenarioValues`
 */
export async function scenarioLoad(
  planned: PlannedScenario,
  url: string,
  { settings, seed }: { settings: Pick<RunSettings, 'generators' | 'affinity'>; seed: number },
  signal: AbortSignal,
): Promise<Omit<LoadPlan, 'durationSeconds'>> {
  const { scenario, info, rows } = planned
  return {
    baseUrl: url,
    steps: scenario.steps,
    variables: scenario.variables ?? {},
    values: await scenarioValues(planned, url, signal),
    connections: info.connections,
    timeoutSeconds: info.timeoutSeconds,
    generators: Math.min(settings.generators, info.connections),
    ...(settings.affinity ? { cpus: settings.affinity.generator } : {}),
    ...(rows ? { rows } : {}),
    seed,
  }
}
