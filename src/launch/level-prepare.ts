import {
  exitText,
  exitWithin,
  type LoggedProcess,
  lastLines,
  lastWords,
  logName,
  spawnLogged,
} from '../services/support/spawn-logged.js'
import { messageOf } from '../words/errors.js'
import { runnable } from './commands.js'
import { LaunchError } from './launcher.js'
import type { LevelContext } from './level-context.js'
import { fillCommand } from './placeholders.js'

const TIMEOUT_SECONDS = 300
const LOG_LINES = 20

/**
 * Runs the level's `prepare` commands one after the other, each to its end, on whatever cores are free: nothing of it is
 * measured.
 * @throws LaunchError when one is not found, fails or takes too long; the signal's reason when aborted.
 */
export async function prepareLevel(context: LevelContext): Promise<void> {
  for (const [index, command] of (context.level.prepare ?? []).entries()) {
    const where = `${context.title}, prepare ${index + 1}`
    const filled = fillCommand(command, context.values, where)
    const process = await start(context, filled, index, where)
    await toEnd(process, command.timeoutSeconds ?? TIMEOUT_SECONDS, context, `${where}: ${command.command}`)
  }
}

async function start(
  context: LevelContext,
  filled: ReturnType<typeof fillCommand>,
  index: number,
  where: string,
): Promise<LoggedProcess> {
  try {
    const { file, args, cwd, env } = runnable(filled, context.baseDir)
    const process = await spawnLogged({
      command: file,
      args,
      cwd,
      env: { ...env, ...context.mark },
      logFile: context.logFile(`prepare-${index + 1}`),
    })
    await context.lease.ownProcess(process.pid)
    return process
  } catch (error) {
    throw new LaunchError('prepare', `${where}: ${context.hide(messageOf(error))}`, [])
  }
}

async function toEnd(
  process: LoggedProcess,
  timeoutSeconds: number,
  context: LevelContext,
  what: string,
): Promise<void> {
  const kill = (): void => process.signalGroup('SIGKILL')
  context.signal.addEventListener('abort', kill, { once: true })
  try {
    if (context.signal.aborted) kill()
    const exit = await exitWithin(process, timeoutSeconds * 1_000)
    context.signal.throwIfAborted()
    if (exit?.code === 0) return
    if (!exit) kill()
    const how = exit ? `ended with ${exitText(exit)}` : `took more than ${timeoutSeconds} s`
    const log = lastLines(process.logFile, LOG_LINES, process.logStart).map(context.hide)
    const words = `${context.hide(lastWords(process))} (${logName(process)})`
    throw new LaunchError('prepare', `${what} ${how}: ${words}`, log)
  } finally {
    context.signal.removeEventListener('abort', kill)
  }
}
