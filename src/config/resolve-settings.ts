import type { ConfigDefaults } from '../model/config.js'
import type { Slo } from '../model/plan/slo.js'
import { nearestRules } from '../model/plan/slo-rules.js'
import { everyGiven, type Given, parseGiven } from './given.js'
import { LATENCY_SETTINGS, type LatencySettings } from './latency-settings.js'
import { settleLoad } from './load-choices.js'
import type { Setting } from './setting.js'
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings } from './settings.js'
import { checkTarget } from './target.js'

/** Where settings may come from; earlier ones go before later ones. */
export interface SettingSources {
  /** As the command line gave them, by setting name; a list that was given in several flags with commas between. */
  readonly flags: Readonly<Partial<Record<SettingName, string | undefined>>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file's `defaults`, already checked against their schema, and what the file is called. */
  readonly file: { readonly name: string; readonly defaults: ConfigDefaults } | null
  /** The seed where none is given. */
  readonly randomSeed: number
}

export interface ResolvedSettings {
  readonly settings: Settings
  /** Where each came from: `flag`, `environment DURATION`, the configuration file's name, or `default`. */
  readonly sources: Readonly<Record<SettingName, string>>
  /** Everything that is wrong, a line each; a setting that is wrong holds its default. */
  readonly problems: readonly string[]
}

/** Resolves every setting: flag, environment, file, default. Pure; all problems at once. */
export function resolveSettings(from: SettingSources): ResolvedSettings {
  const settings: Partial<Record<SettingName, unknown>> = {}
  const sources: Partial<Record<SettingName, string>> = {}
  const nearest: Partial<Record<SettingName, Given>> = {}
  const problems: string[] = []
  for (const name of SETTING_NAMES) {
    const all = givenOf(name, from)
    if (all[0]) nearest[name] = all[0]
    const sound: { source: string; value: unknown }[] = []
    // Only objectives add up over the sources; of everything else the nearest source stands.
    for (const given of name === 'slo' ? all : all.slice(0, 1)) {
      const parsed = parseGiven(SETTINGS[name] as Setting<unknown>, given)
      if ('problem' in parsed) {
        for (const one of [parsed.problem, ...(parsed.more ?? [])]) problems.push(`${given.written}: ${one}`)
      } else sound.push({ source: given.source, value: parsed.value })
    }
    if (name === 'slo') settings.slo = nearestRules(sound.map(({ value }) => value as Slo[]))
    else settings[name] = sound[0] ? sound[0].value : defaultOf(name, from)
    sources[name] = sound.map(({ source }) => source).join(', ') || 'default'
  }
  const settled = settleLoad(settings as unknown as Settings, nearest)
  for (const name of Object.keys(LATENCY_SETTINGS) as (keyof LatencySettings)[]) {
    if (settings[name] === settled.settings[name]) continue
    settings[name] = settled.settings[name]
    sources[name] = (name === 'profile' && sources.stages) || 'default'
  }
  const resolved = settings as unknown as Settings
  if (resolved.target !== null) {
    const checked = checkTarget(resolved.target, resolved.allowRemote)
    if ('problem' in checked) problems.push(`${nearest.target?.written}: ${checked.problem}`)
    else settings.target = checked.value
  }
  problems.push(...contradictions(resolved, nearest), ...settled.problems)
  return { settings: resolved, sources: sources as Record<SettingName, string>, problems }
}

function defaultOf(name: SettingName, from: SettingSources): unknown {
  return name === 'seed' ? from.randomSeed : SETTINGS[name].default
}

function givenOf(name: SettingName, { flags, env, file }: SettingSources): Given[] {
  const section = file && { name: file.name, section: 'defaults', values: file.defaults }
  return everyGiven(SETTINGS[name] as Setting<unknown>, flags[name], env, section)
}

function contradictions(
  { target, connections, maxConnections, generators, latency, workerCpus }: Settings,
  given: Readonly<Partial<Record<SettingName, Given>>>,
): string[] {
  const problems: string[] = []
  // A level of the configuration file is only its default, which a target replaces.
  if (target !== null && given.level && given.level.nearness < 2) {
    const { target: one, level: other } = given
    problems.push(`${one?.written} and ${other.written}: give one of them; a target is loaded as it runs`)
  }
  if (
    target !== null &&
    typeof workerCpus === 'number' &&
    given.workerCpus &&
    given.workerCpus.nearness < 2
  ) {
    const { target: one, workerCpus: other } = given
    problems.push(
      `${one?.written} and ${other.written}: rungs limits only workers that it starts; leave one of them out`,
    )
  }
  const fewest = connections !== null && generators > connections ? 'connections' : 'maxConnections'
  const most = fewest === 'connections' ? connections : latency === 'on' ? maxConnections : null
  if (most !== null && generators > most) {
    const what = fewest === 'connections' ? 'connections' : 'connections of the open loop'
    const { written = `--generators ${generators}` } = given.generators ?? {}
    problems.push(`${written}: must not be more than the ${what}, which are ${most}`)
  }
  return problems
}

/** What a setting holds and where it came from, as `rungs doctor` shows it. */
export interface SettingRow {
  readonly setting: SettingName
  readonly value: string
  readonly source: string
}

export function settingRows({ settings, sources }: ResolvedSettings): SettingRow[] {
  return SETTING_NAMES.map((name) => {
    const { show, drawn } = SETTINGS[name] as Setting<unknown>
    const value = sources[name] === 'default' && drawn ? 'random' : show(settings[name])
    return { setting: name, value, source: sources[name] }
  })
}
