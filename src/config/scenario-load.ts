import type { Scenario } from '../model/plan/scenario.js'
import { type AppliedSlo, slosFor } from '../model/plan/slo-rules.js'
import type { ResolvedSettings } from './resolve-settings.js'

/** Connections where neither a setting nor the scenario says. */
export const DEFAULT_CONNECTIONS = 32

/** The load of one scenario: what was set goes before what the scenario brings along, and that before the default. */
export function loadOf(
  { load }: Pick<Scenario, 'load'>,
  { settings, sources }: Pick<ResolvedSettings, 'settings' | 'sources'>,
): { connections: number; timeoutSeconds: number } {
  return {
    connections: settings.connections ?? load?.connections ?? DEFAULT_CONNECTIONS,
    timeoutSeconds:
      sources.timeout === 'default' ? (load?.timeoutSeconds ?? settings.timeout) : settings.timeout,
  }
}

/** The objectives of the scenario's cells; see `slosFor`. */
export function slosOf(
  { slo }: Pick<Scenario, 'slo'>,
  { settings }: Pick<ResolvedSettings, 'settings'>,
): AppliedSlo[] {
  return slosFor(settings.slo, slo ?? [], settings.latency === 'on' ? settings.profile : null)
}
