import type { ConfigDefaults } from '../model/config.js'
import type { Parsed } from './parsers.js'
import { SETTING_NAMES, SETTINGS, type Setting, type SettingName, type Settings } from './settings.js'
import { checkTarget } from './target.js'

/** Where settings may come from; earlier ones go before later ones. */
export interface SettingSources {
  /** As the command line gave them, by setting name; a flag that may be repeated gives a list. */
  readonly flags: Readonly<Partial<Record<SettingName, string | readonly string[] | undefined>>>
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

interface Given {
  readonly source: string
  /** How its author wrote it, to begin a problem with: `--duration abc`, `DURATION=abc`. */
  readonly written: string
  readonly value: string | number
}

/** Resolves every setting: flag, environment, file, default. Pure; all problems at once. */
export function resolveSettings(from: SettingSources): ResolvedSettings {
  const settings: Partial<Record<SettingName, unknown>> = {}
  const sources: Partial<Record<SettingName, string>> = {}
  const written: Partial<Record<SettingName, string>> = {}
  const problems: string[] = []
  for (const name of SETTING_NAMES) {
    const given = givenFor(name, from)
    const parsed = given ? parseGiven(SETTINGS[name] as Setting<unknown>, given) : undefined
    const value = parsed && 'value' in parsed ? parsed : undefined
    if (given && parsed && 'problem' in parsed) problems.push(`${given.written}: ${parsed.problem}`)
    if (given) written[name] = given.written
    settings[name] = value ? value.value : defaultOf(name, from)
    sources[name] = given && value ? given.source : 'default'
  }
  const resolved = settings as unknown as Settings
  if (resolved.target !== null) {
    const checked = checkTarget(resolved.target, resolved.allowRemote)
    if ('problem' in checked) problems.push(`${written.target}: ${checked.problem}`)
    else settings.target = checked.value
  }
  problems.push(...contradictions(resolved, written, sources))
  return { settings: resolved, sources: sources as Record<SettingName, string>, problems }
}

function defaultOf(name: SettingName, from: SettingSources): unknown {
  return name === 'seed' ? from.randomSeed : SETTINGS[name].default
}

/** The first source that gives a setting. An empty environment variable counts as absent, as make hands those on. */
function givenFor(name: SettingName, { flags, env, file }: SettingSources): Given | undefined {
  const setting = SETTINGS[name]
  const flag = flags[name]
  if (flag !== undefined) {
    const value = typeof flag === 'string' ? flag : flag.join(',')
    return { source: 'flag', written: withoutPassword(`${setting.flag} ${value}`), value }
  }
  for (const variable of setting.env) {
    const value = env[variable]
    if (value) {
      return { source: `environment ${variable}`, written: withoutPassword(`${variable}=${value}`), value }
    }
  }
  const value = setting.key && file?.defaults[setting.key]
  if (file && value !== undefined && value !== null) {
    return { source: file.name, written: `${file.name}: defaults.${setting.key} ${value}`, value }
  }
  return undefined
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//***@')
}

function parseGiven(setting: Setting<unknown>, given: Given): Parsed<unknown> {
  // The schema has checked a file's numbers, in seconds already; a level's number is one of a list.
  if (typeof given.value === 'number' && !Array.isArray(setting.default)) return { value: given.value }
  return setting.parse(String(given.value))
}

function contradictions(
  { target, connections, generators }: Settings,
  written: Readonly<Partial<Record<SettingName, string>>>,
  sources: Readonly<Partial<Record<SettingName, string>>>,
): string[] {
  const problems: string[] = []
  if (target !== null && (sources.level === 'flag' || sources.level?.startsWith('environment '))) {
    problems.push(`${written.target} and ${written.level}: give one of them; a target is loaded as it runs`)
  }
  if (connections !== null && generators > connections) {
    problems.push(`${written.generators}: must not be more than the connections, which are ${connections}`)
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
    const show = SETTINGS[name].show as (value: unknown) => string
    return { setting: name, value: show(settings[name]), source: sources[name] }
  })
}
