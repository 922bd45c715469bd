import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lease } from '../model/plan/lease.js'
import { exitText, exitWithin, lastWords, spawnLogged } from '../services/support/spawn-logged.js'
import { messageOf, UserError } from '../words/errors.js'
import { ExitCode } from '../words/exit-codes.js'
import type { BuildCommands, ProjectFiles } from './build-commands.js'

const TIMEOUT_MS = 20 * 60_000

/** What a build shares with the call that it is part of. */
export interface BuildIo {
  readonly lease: Lease
  readonly signal: AbortSignal
  readonly env: NodeJS.ProcessEnv
  readonly logDir: string
  /** The head's folder, told to build commands. */
  readonly headDir?: string
  /** Folders of rungs' own that may lie in it. */
  readonly ownFolders?: readonly string[]
  /** Hides what nobody should read in a message. */
  readonly hide?: (text: string) => string
  readonly onCommand?: (command: string) => void
  /** What its reader should know of how a side was made ready. */
  readonly onNote?: (text: string) => void
  /** What may make the comparison wrong; it goes into the result too. */
  readonly onWarning?: (text: string) => void
}

/** @throws UserError where its package.json is no JSON. */
export function projectFiles(dir: string): ProjectFiles {
  const names = readdirSync(dir)
  if (!names.includes('package.json')) return { names, scripts: null, needsInstall: false }
  const file = join(dir, 'package.json')
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object | undefined>
    const scripts = (manifest.scripts ?? {}) as Record<string, unknown>
    const isWorkspace = names.includes('pnpm-workspace.yaml')
    return { names, scripts, needsInstall: isWorkspace || needsInstall(manifest, scripts) }
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`)
  }
}

function needsInstall(manifest: Readonly<Record<string, object | undefined>>, scripts: object): boolean {
  const asks = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'workspaces']
  const runs = ['preinstall', 'install', 'postinstall', 'prepare']
  return (
    asks.some((name) => Object.keys(manifest[name] ?? {}).length > 0) || runs.some((name) => name in scripts)
  )
}

/**
 * Runs a project's own commands in its folder, one after the other.
 * @param side `base` or `head`, for messages and the log's name
 * @throws UserError when one fails, with the line of its log that says why: exit code 1 for the head, whose fault it is, 2 for
 *   the base; the signal's reason when aborted.
 */
export async function buildArm(
  side: 'base' | 'head',
  dir: string,
  commands: BuildCommands,
  io: BuildIo,
): Promise<void> {
  for (const command of commands) {
    io.signal.throwIfAborted()
    io.onCommand?.(command)
    await runCommand(side, dir, command, io)
  }
}

async function runCommand(
  side: 'base' | 'head',
  dir: string,
  command: string,
  { lease, signal, env, logDir, headDir, hide = (text) => text }: BuildIo,
): Promise<void> {
  const started = await spawnLogged({
    command: '/bin/sh',
    args: ['-c', command],
    cwd: dir,
    env: {
      ...definedOf(env),
      ...lease.env,
      RUNGS_GATE_SIDE: side,
      ...(headDir === undefined ? {} : { RUNGS_GATE_HEAD_DIR: headDir }),
    },
    logFile: join(logDir, `build-${side}.log`),
  })
  await lease.ownProcess(started.pid)
  const kill = (): void => started.signalGroup('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    if (signal.aborted) kill()
    const exit = await exitWithin(started, TIMEOUT_MS)
    signal.throwIfAborted()
    if (exit?.code === 0) return
    if (!exit) kill()
    const how = exit ? `ended with ${exitText(exit)}` : `took more than ${TIMEOUT_MS / 60_000} minutes`
    throw new UserError(
      `${side} does not build: "${command}" in ${dir} ${how}: ${hide(lastWords(started))} (${started.logFile})`,
      side === 'head' ? ExitCode.Missed : ExitCode.Usage,
    )
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

/** Without what rungs was itself called with: a build must not depend on it. */
function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const own = /^(RUNGS_|npm_|INIT_CWD|MAKE|MFLAGS|NODE_OPTIONS$)/
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !own.test(entry[0]),
    ),
  )
}
