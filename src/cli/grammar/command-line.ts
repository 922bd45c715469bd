import { type Command, Option } from 'commander'
import type { SettingsTable } from '../../config/resolve-table.js'
import type { Setting } from '../../config/setting.js'
import { SETTINGS, type SettingName } from '../../config/settings.js'
import type { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { makeOutput } from '../terminal/output.js'

/** Loaded when it is called: `--help` must not wait for modules that it does not need. */
type Handler = (invocation: Invocation) => Promise<ExitCode>

/** What a command is for: `--help` and docs/commands.md list commands so. */
export const GROUPS = {
  measure: 'Measure',
  read: 'Read results',
  operate: 'Operate',
  shell: 'Shell',
} as const

export type Group = keyof typeof GROUPS

/** An option that is the flag of a setting. */
export class SettingOption extends Option {
  constructor(
    spelled: string,
    help: string,
    readonly setting: Setting<unknown, string>,
  ) {
    super(spelled, help)
  }
}

const EXAMPLES = new WeakMap<Command, readonly string[]>()

/** Adds a command whose help ends with examples. */
export function addCommand(
  parent: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  const command = parent
    .command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
  EXAMPLES.set(command, examples)
  return command
}

/** Lines that the command's help ends with. */
export function examplesOf(command: Command): readonly string[] {
  return EXAMPLES.get(command) ?? []
}

/** As `addCommand`, of the program itself, in a group of its help. */
export function addGrouped(
  program: Command,
  group: Group,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  return addCommand(program, name, description, examples).helpGroup(heading(group))
}

export function heading(group: Group): string {
  return `${GROUPS[group]}:`
}

/** Adds the flags of settings; `defaults` tells, where a command has another one than `SETTINGS`. */
export function withSettings(
  target: Command,
  names: readonly SettingName[],
  defaults: Readonly<Partial<Record<SettingName, string>>> = {},
): Command {
  for (const name of names) withOption(target, SETTINGS[name] as Setting<unknown, string>, defaults[name])
  return target
}

/** Adds the flags that only this command has. */
export function withOwn(target: Command, table: SettingsTable<object>): Command {
  for (const setting of Object.values(table)) withOption(target, setting as Setting<unknown, string>)
  return target
}

function withOption(target: Command, setting: Setting<unknown, string>, otherDefault?: string): void {
  const { flag, placeholder, help, default: value, defaultInWords, isList } = setting
  // What is in brackets may be left out.
  const spelledValue = placeholder.startsWith('[') ? placeholder : `<${placeholder}>`
  const spelled = placeholder === '' ? flag : `${flag} ${spelledValue}`
  const option = new SettingOption(
    spelled,
    `${help} (default: ${otherDefault ?? defaultInWords ?? String(value)})`,
    setting,
  )
  // A list may be given with commas, or by repeating its flag.
  if (isList || Array.isArray(value)) option.argParser(addToList)
  target.addOption(option)
}

/** Of a flag that takes a list: what it is given again is added. */
export function addToList(one: string, before?: string): string {
  return before === undefined ? one : `${before},${one}`
}

/** Help of `--resume [dir]`. */
export function resumeHelp(noun: string): string {
  return `go on with an interrupted ${noun}, under the settings it began with (default: the last one)`
}

/** Turns commander's arguments, the command always being the last, into one value, and the answer into an exit code. */
export function handle(handler: Handler): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const called = args.at(-1) as Command
    const flags = called.optsWithGlobals<Record<string, string | undefined>>()
    const output = makeOutput(called.optsWithGlobals())
    process.exitCode = await handler({
      flags,
      asked: askedOf(called.options, flags, process.env),
      args: called.args,
      output,
      version: rootOf(called).version() ?? '',
      env: process.env,
      cwd: process.cwd(),
    })
  }
}

/** Not asked of a study, but of the call. */
const OF_THE_CALL: readonly string[] = ['out', 'resume', 'from', 'live']

function askedOf(
  options: readonly Option[],
  flags: Readonly<Record<string, string | undefined>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const asked: Record<string, string> = flags.config === undefined ? {} : { config: flags.config }
  for (const option of options) {
    const name = option.attributeName()
    if (OF_THE_CALL.includes(name)) continue
    const variable = option instanceof SettingOption ? option.setting.env.find((one) => env[one]) : undefined
    const value = flags[name] ?? (variable === undefined ? undefined : env[variable])
    if (value !== undefined) asked[name] = String(value)
  }
  return asked
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}
