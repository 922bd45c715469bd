import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { RunSettings } from '../../model/run/run.js'
import type { PlannedScenario } from './booted.js'
import { scenarioValues } from './scenario-values.js'

/** What of a load does not depend on its generators: what the service at `url` is asked, and on how many connections. */
export function loadOf(
  { scenario, info, rows }: PlannedScenario,
  url: string,
  values: LoadPlan['values'],
): Omit<LoadPlan, 'durationSeconds' | 'generators' | 'cpus' | 'seed'> {
  return {
    baseUrl: url,
    steps: scenario.steps,
    variables: scenario.variables ?? {},
    values,
    connections: info.connections,
    timeoutSeconds: info.timeoutSeconds,
    ...(rows ? { rows } : {}),
  }
}

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
  return {
    ...loadOf(planned, url, await scenarioValues(planned, url, signal)),
    generators: Math.min(settings.generators, planned.info.connections),
    ...(settings.affinity ? { cpus: settings.affinity.generator } : {}),
    seed,
  }
}
