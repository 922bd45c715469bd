import { SETTING_NAMES, SETTINGS, type SettingName } from '../../config/settings.js'

/** Of a run, what a search for the capacity has no use for: it chooses the rates itself. */
export const UNUSED_BY_CAPACITY: readonly SettingName[] = [
  ...(['latency', 'profile', 'rate', 'share', 'sharePerLevel', 'stages', 'repeats'] as const),
]

/** Of a run, what a tuning has no use for: it starts the service itself, with workers of its own choice. */
export const UNUSED_BY_TUNE: readonly SettingName[] = [
  ...UNUSED_BY_CAPACITY,
  ...([
    'arrival',
    'maxConnections',
    'slo',
    'workers',
    'target',
    'allowRemote',
    'backend',
    'workerCpus',
  ] as const),
]

/** Of a run, what a ladder has no use for: its load is steady, of levels that it boots itself with several numbers of workers. */
export const UNUSED_BY_LADDER: readonly SettingName[] = [
  ...(['profile', 'sharePerLevel', 'stages', 'target', 'allowRemote', 'workers'] as const),
]

/** Of a run, what a gate asks for: it loads as its own settings say. */
export const USED_BY_GATE = [
  ...(['level', 'scenario', 'workers', 'affinity', 'seed', 'out', 'database', 'allowRemote'] as const),
] satisfies readonly SettingName[]

/** Of a run, what a calibration asks for. */
export const USED_BY_CALIBRATE = ['affinity', 'seed', 'out'] as const satisfies readonly SettingName[]

/** Of rungs' own scenarios, those that tell most: the floor, the database, a token's check, and the queue. */
export const LADDER_SCENARIOS = 'simple,db-read,auth-me,tasks'

/** What a ladder takes unless it is asked for something else. A worker needs about 5 s of a core until its code is compiled. */
export const LADDER_DEFAULTS = { repeats: 3, durationSeconds: 5, warmupSeconds: 5, share: 0.5 }

/** What a tuning takes. */
export const TUNE_DEFAULTS = {
  durationSeconds: 3,
  warmupSeconds: 2,
  latencySeconds: 2,
}

/** What is left to the user. */
export function settingsWithout(unused: readonly SettingName[]): readonly SettingName[] {
  return SETTING_NAMES.filter((name) => !unused.includes(name))
}

/** An environment without the variables of settings. */
export function envWithout(unused: readonly SettingName[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const variables = new Set(unused.flatMap((name) => SETTINGS[name].env))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !variables.has(name)))
}

/** The environment without every setting of `rungs run` but some. */
export function envWithOnly(used: readonly SettingName[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return envWithout(settingsWithout(used), env)
}

/** Defaults of a configuration without those of settings. */
export function defaultsWithout<Defaults extends object>(
  unused: readonly SettingName[],
  defaults: Defaults,
): Partial<Defaults> {
  const keys = new Set<string | null>(unused.map((name) => SETTINGS[name].key))
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !keys.has(key))) as Partial<Defaults>
}
