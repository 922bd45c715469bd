import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { findOnPath, isExecutable } from '../services/support/pinned.js'
import { redact, secretsOf } from '../services/support/redact.js'
import type { ResolvedCommand } from './placeholders.js'

/** What a command needs before it can be started, checked. */
export interface Runnable extends ResolvedCommand {
  /** The program's file. */
  readonly file: string
}

/**
 * Finds a command's program as the system would: a path relative to its folder, or a name on its PATH. `node` is the
 * Node that rungs itself runs on.
 * @throws Error on one line when the folder or the program does not exist.
 */
export function runnable(command: ResolvedCommand, baseDir: string): Runnable {
  const cwd = resolve(baseDir, command.cwd)
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the folder ${cwd} of the command "${command.command}" does not exist`)
  }
  const file = programFile(command.command, cwd, command.env.PATH ?? '')
  if (!file) {
    throw new Error(`the command "${command.command}" was not found (on the PATH, or in node_modules/.bin)`)
  }
  return { ...command, cwd, file }
}

function programFile(command: string, cwd: string, path: string): string | null {
  if (command === 'node') return process.execPath
  if (!command.includes('/')) return findOnPath(command, path)
  const file = isAbsolute(command) ? command : resolve(cwd, command)
  return isExecutable(file) ? file : null
}

/** A command as one would type it, with the variables it declares and without secrets. */
export function typed(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`)
  return redact([...variables, ...[command, ...args].map(quoted)].join(' '), secretsOf(env))
}

function quoted(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
