import type { Command } from '../model/plan/level.js'
import { UserError } from '../words/errors.js'
import { ownEnvOver } from './level-environment.js'

/** What the placeholders of a level's commands stand for. */
export interface PlaceholderValues {
  readonly host: string
  readonly port: number
  readonly url: string
  readonly workers: number | string
  readonly tempDir: string
  /** For `{env.NAME}`. */
  readonly env: Readonly<Record<string, string>>
  /** For `{port.NAME}`, `{secret.NAME}` and `{postgres.PART}`, by what stands in the braces. */
  readonly own?: Readonly<Record<string, string>>
}

/** A command whose placeholders have been replaced. */
export interface ResolvedCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** `{{name}}`, which stands for `{name}` itself, or `{name}`, `{env.NAME}`; the braces of a shell's `${NAME}` are not ours. */
const PLACEHOLDER =
  /(?<!\$)(?:\{(\{[A-Za-z][A-Za-z0-9]*(?:\.\w+)?\})\}|\{([A-Za-z][A-Za-z0-9]*(?:\.\w+)?)\})/g
const NAMES = ['host', 'port', 'url', 'workers', 'tempDir'] as const

/**
 * Replaces placeholders. `where` names the text in messages: `level 2, process web`.
 * @throws UserError for a placeholder that does not exist, or a variable that is not set.
 */
export function fill(text: string, values: PlaceholderValues, where: string): string {
  return text.replace(PLACEHOLDER, (whole, literal: string | undefined, name: string) => {
    if (literal !== undefined) return literal
    if (name.startsWith('env.')) return variable(name.slice('env.'.length), values.env, where)
    const own = values.own?.[name]
    if (own !== undefined) return own
    const known = NAMES.find((one) => one === name)
    if (known) return String(values[known])
    const valid = [
      ...NAMES.map((one) => `{${one}}`),
      '{env.NAME}',
      '{port.NAME}',
      '{secret.NAME}',
      '{postgres.PART}',
    ].join(', ')
    throw new UserError(`${where}: unknown placeholder ${whole}; there are ${valid}`)
  })
}

/** Replaces the placeholders of a whole command; the values of its `env` see the environment without themselves. */
export function fillCommand(
  command: Pick<Command, 'command' | 'args' | 'cwd' | 'env'>,
  values: PlaceholderValues,
  where: string,
): ResolvedCommand {
  const own = Object.entries(command.env ?? {}).map(([name, text]) => [name, fill(text, values, where)])
  const env = ownEnvOver(values.env, Object.fromEntries(own))
  const all = { ...values, env }
  return {
    command: fill(command.command, all, where),
    args: (command.args ?? []).map((arg) => fill(arg, all, where)),
    cwd: fill(command.cwd ?? '.', all, where),
    env,
  }
}

function variable(name: string, env: Readonly<Record<string, string>>, where: string): string {
  const value = env[name]
  if (value !== undefined) return value
  throw new UserError(`${where}: {env.${name}} stands for a variable that is not set`)
}
