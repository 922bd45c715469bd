import { GATE_SETTINGS } from '../gate-settings.js'
import type { FileSection } from '../given.js'
import { resolveTable, type SettingsTable } from '../resolve-table.js'
import { CALIBRATE_SETTINGS } from './calibrate.js'
import { CAPACITY_SETTINGS } from './capacity.js'
import { LADDER_SETTINGS } from './ladder.js'
import { ADVISE_SETTINGS, SCALING_SETTINGS } from './reading.js'
import { TUNE_SETTINGS } from './tune.js'

/** The settings that only one command has; its name is also that of its section in a configuration file. */
export const COMMAND_TABLES = {
  ladder: LADDER_SETTINGS,
  capacity: CAPACITY_SETTINGS,
  tune: TUNE_SETTINGS,
  gate: GATE_SETTINGS,
  calibrate: CALIBRATE_SETTINGS,
  advise: ADVISE_SETTINGS,
  scaling: SCALING_SETTINGS,
} as const

export type CommandName = keyof typeof COMMAND_TABLES

/** What the settings of a command hold. */
export type ChoicesOf<Name extends CommandName> =
  (typeof COMMAND_TABLES)[Name] extends SettingsTable<infer T> ? T : never

/** A configuration file, as far as commands have settings in it. */
export interface CommandFile {
  readonly name: string
  readonly config: Readonly<Partial<Record<CommandName, object>>>
}

export interface CommandSources {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly loaded: CommandFile | null
}

/** The own settings of a command, with what is wrong put behind `problems`. */
export function commandChoices<Name extends CommandName>(
  command: Name,
  { flags, env, loaded }: CommandSources,
  problems: string[],
): ChoicesOf<Name> {
  const table = COMMAND_TABLES[command] as SettingsTable<ChoicesOf<Name> & object>
  const resolved = resolveTable(table, { flags, env, file: sectionOf(command, loaded) })
  problems.push(...resolved.problems)
  return resolved.values
}

/** Flags of a command without its own: those of a run. */
export function flagsOfRun<F>(command: CommandName, flags: Readonly<Record<string, F>>): Record<string, F> {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !(name in COMMAND_TABLES[command])))
}

/** What a setting of a command holds and where it came from. */
export interface CommandRow {
  readonly command: CommandName
  readonly setting: string
  readonly value: string
  readonly source: string
}

/** Every setting of every command, as environment and file give them, and what is wrong with those that are. */
export function commandRows(
  env: CommandSources['env'],
  loaded: CommandFile | null,
): { readonly rows: CommandRow[]; readonly problems: string[] } {
  const each = (Object.keys(COMMAND_TABLES) as CommandName[]).map((command) => {
    const table = COMMAND_TABLES[command] as SettingsTable<Record<string, unknown>>
    const from = { flags: {}, env, file: sectionOf(command, loaded) }
    const { values, sources, problems } = resolveTable(table, from)
    return {
      rows: Object.entries(table).map(([setting, { show }]) => ({
        command,
        setting,
        value: show(values[setting]),
        source: sources[setting] ?? 'default',
      })),
      problems: problems.map((problem) => `${command}: ${problem}`),
    }
  })
  return { rows: each.flatMap(({ rows }) => rows), problems: each.flatMap(({ problems }) => problems) }
}

function sectionOf(command: CommandName, loaded: CommandFile | null): FileSection | null {
  return loaded && { name: loaded.name, section: command, values: { ...loaded.config[command] } }
}
