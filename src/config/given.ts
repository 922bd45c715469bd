import type { GivenAt } from './load-choices.js'
import type { Parsed } from './parsers.js'
import type { Setting } from './setting.js'

/** `written` is how its author wrote it, to begin a problem with: `--duration abc`, `DURATION=abc`. */
export interface Given extends GivenAt {
  readonly source: string
  readonly value: string | number | boolean
}

/** Part of a configuration file, already checked against its schema. */
export interface FileSection {
  /** What the file is called. */
  readonly name: string
  readonly section: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Every source that gives a setting, the nearest first. An empty environment variable counts as absent, as make hands those on. */
export function everyGiven(
  setting: Setting<unknown, string>,
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  file: FileSection | null,
): Given[] {
  const all: Given[] = []
  if (flag !== undefined) {
    all.push({
      nearness: 0,
      source: 'flag',
      written: withoutPassword(`${setting.flag} ${flag}`),
      value: flag,
    })
  }
  const variable = setting.env.find((one) => env[one])
  if (variable !== undefined) {
    const value = env[variable] ?? ''
    const written = withoutPassword(`${variable}=${value}`)
    all.push({ nearness: 1, source: `environment ${variable}`, written, value })
  }
  const entry = setting.key && file?.values[setting.key]
  if (file && entry !== undefined && entry !== null) {
    const value = Array.isArray(entry) ? entry.join(',') : (entry as string | number | boolean)
    const written = `${file.name}: ${file.section}.${setting.key} ${value}`
    all.push({ nearness: 2, source: file.name, written, value })
  }
  return all
}

export function parseGiven(setting: Setting<unknown, string>, { value }: Given): Parsed<unknown> {
  // The schema has checked a file's numbers, in seconds already; a level's number is one of a list.
  const isList = setting.isList || Array.isArray(setting.default)
  if (typeof value !== 'string' && !isList) return { value }
  return setting.parse(String(value))
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//***@')
}
