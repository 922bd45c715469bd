import type { Variables } from '../../model/plan/scenario.js'
import { unknownTemplateNames } from '../../model/plan/template.js'
import type { PlannedScenario } from './booted.js'
import { withSetupApi } from './setup-api.js'

/**
 * What a scenario's `setup` gives against a service that is up.
 * @throws Error when it fails, or when a variable of the requests is still without a value.
 */
export async function scenarioValues(
  { scenario, rows }: PlannedScenario,
  url: string,
  signal: AbortSignal,
): Promise<Variables> {
  const values = scenario.setup ? await withSetupApi(url, signal, scenario.setup) : {}
  const unknown = unknownTemplateNames(scenario, [...Object.keys(values), ...(rows?.columns ?? [])])
  if (unknown.length > 0) {
    throw new Error(`the scenario uses ${unknown.map((n) => `{{${n}}}`).join(', ')}, which nothing sets`)
  }
  return values
}
