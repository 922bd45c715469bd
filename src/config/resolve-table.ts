import { everyGiven, type FileSection, parseGiven } from './given.js'
import type { Setting } from './setting.js'

/** The settings of a command, in the order in which people see them. `Key` names those that a file may set. */
export type SettingsTable<T, Key extends string = string> = {
  readonly [Name in keyof T]: Setting<T[Name], Key>
}

export interface TableSources<T> {
  /** As the command line gave them, by setting name. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: FileSection | null
  /** What goes before a default. */
  readonly fallback?: Partial<T>
}

export interface ResolvedTable<T> {
  readonly values: T
  /** Where each came from: `flag`, `environment LOWEST`, the configuration file's name, or `default`. */
  readonly sources: Readonly<Record<keyof T, string>>
  /** Everything that is wrong, a line each; a setting that is wrong holds its default. */
  readonly problems: readonly string[]
}

/** Resolves every setting of a command: flag, environment, the file's section, fallback, default. Pure; all problems at once. */
export function resolveTable<T extends object>(
  table: SettingsTable<T>,
  { flags, env, file, fallback = {} }: TableSources<T>,
): ResolvedTable<T> {
  const values: Partial<Record<keyof T, unknown>> = {}
  const sources: Partial<Record<keyof T, string>> = {}
  const problems: string[] = []
  for (const name of Object.keys(table) as (keyof T & string)[]) {
    const setting = table[name] as Setting<unknown, string>
    const flag = flags[name]
    const [given] = everyGiven(setting, flag === undefined ? flag : String(flag), env, file)
    const parsed = given && parseGiven(setting, given)
    if (given && parsed && 'problem' in parsed) problems.push(`${given.written}: ${parsed.problem}`)
    const sound = given && parsed && 'value' in parsed ? parsed : null
    values[name] = sound ? sound.value : (fallback[name] ?? setting.default)
    sources[name] = sound && given ? given.source : 'default'
  }
  return { values: values as T, sources: sources as Record<keyof T, string>, problems }
}
