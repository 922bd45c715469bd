import { SETTING_NAMES, SETTINGS, type SettingName } from '../config/settings.js'

/** Of a run, what a search has no use for: it chooses the rates itself. */
const UNUSED: readonly SettingName[] = ['latency', 'profile', 'rate', 'share', 'stages', 'repeats']

/** Of a run, what a search leaves to its user. */
export const CAPACITY_SETTINGS: readonly SettingName[] = SETTING_NAMES.filter(
  (name) => !UNUSED.includes(name),
)

const variables = new Set(UNUSED.flatMap((name) => SETTINGS[name].env))
const keys = new Set<string | null>(UNUSED.map((name) => SETTINGS[name].key))

/** An environment without the variables that a search has no use for. */
export function searchedEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !variables.has(name)))
}

/** Defaults of a configuration without those that a search has no use for. */
export function searchedDefaults<Defaults extends object>(defaults: Defaults): Partial<Defaults> {
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !keys.has(key))) as Partial<Defaults>
}
