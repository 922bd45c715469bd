import type { Command, Controls } from '../model/plan/level.js'
import { tellingText } from '../model/plan/telling-lines.js'
import { pinned } from '../services/support/pinned.js'
import { runnable, typed } from './commands.js'
import type { LevelContext } from './level-context.js'
import { fillCommand, type PlaceholderValues } from './placeholders.js'

const TIMEOUT_SECONDS = 60

/** The controls that need to be told something, and the placeholder that stands for it. */
const ARGUMENTS: Partial<Record<keyof Controls, 'workers' | 'node'>> = {
  scale: 'workers',
  restartNode: 'node',
  killNode: 'node',
}

/** The controls that a level declares, as one would type them, without secrets. */
export function controlLines(context: LevelContext): Record<string, string> {
  const shown = Object.entries(context.level.controls ?? {}).map(([name, command]) => {
    const argument = ARGUMENTS[name as keyof Controls]
    const values = argument ? withArgument(context.values, argument, `<${argument}>`) : context.values
    const where = `${context.title}, control ${name}`
    const { args, env, command: program } = fillCommand(command, values, where)
    const own = Object.keys(command.env ?? {}).map((key) => [key, env[key] ?? ''])
    return [name, context.hide(typed(program, args, Object.fromEntries(own)))]
  })
  return Object.fromEntries(shown)
}

/**
 * Runs a control in the level's environment and gives what it printed.
 * @throws Error when the level has no such control, or it is not found, fails, or takes too long.
 */
export async function runControl(
  context: LevelContext,
  name: keyof Controls,
  argument?: number | string,
): Promise<string> {
  const command = context.level.controls?.[name]
  if (!command) throw new Error(`${context.title} has no control "${name}"`)
  const needed = ARGUMENTS[name]
  if (needed && argument === undefined) {
    const what = needed === 'workers' ? 'a number of workers' : 'the name of a node'
    throw new Error(`the control "${name}" needs ${what}`)
  }
  const values = needed ? withArgument(context.values, needed, argument ?? '') : context.values
  return await execute(context, command, values, `${context.title}, control ${name}`)
}

function withArgument(
  values: PlaceholderValues,
  name: 'workers' | 'node',
  argument: number | string,
): PlaceholderValues {
  return name === 'workers'
    ? { ...values, workers: argument }
    : { ...values, own: { ...values.own, node: String(argument) } }
}

async function execute(
  context: LevelContext,
  command: Command,
  values: PlaceholderValues,
  where: string,
): Promise<string> {
  const { file, args, cwd, env } = runnable(fillCommand(command, values, where), context.baseDir)
  const invocation = pinned({ command: file, args }, context.cpus)
  // Loaded late: most calls of rungs run no control.
  const { execa } = await import('execa')
  const timeoutSeconds = command.timeoutSeconds ?? TIMEOUT_SECONDS
  const result = await execa(invocation.command, invocation.args, {
    cwd,
    env: { ...env, ...context.mark },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: timeoutSeconds * 1_000,
    cancelSignal: context.signal,
  })
  const printed = context.hide(result.all)
  if (!result.failed) return printed
  context.signal.throwIfAborted()
  const how = result.timedOut
    ? `took more than ${timeoutSeconds} s`
    : `ended with ${result.signal ? `signal ${result.signal}` : `code ${result.exitCode}`}`
  throw new Error(`${where} ${how}: ${tellingText(printed.split('\n'))}`)
}
