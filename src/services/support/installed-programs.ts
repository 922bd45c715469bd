import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findOnPath } from './pinned.js'

const run = promisify(execFile)
const TIMEOUT_MS = 10_000

/** A server program of this machine. */
export interface InstalledProgram {
  readonly file: string
  readonly version: string
}

/** The command that installs something, by the program that installs packages on a system. */
export type InstallCommands = Readonly<Record<string, string>>

/** The command that installs it on this system, or null where none is known. */
export function installCommand(commands: InstallCommands, env: NodeJS.ProcessEnv): string | null {
  const known = Object.entries(commands).find(([program]) => findOnPath(program, env.PATH ?? ''))
  return known?.[1] ?? null
}

/**
 * What a program says of its version, on whichever stream, or null where it cannot be run: a library is missing, or it was
 * built for another system, so that it is none that could be used here.
 */
export async function versionOf(
  file: string,
  option: string,
  parse: (text: string) => string | null,
): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(file, [option], { timeout: TIMEOUT_MS })
    return parse(stdout + stderr)
  } catch {
    return null
  }
}

/** Whether `version` (`1.22.1`) is `oldest` (`[1, 20]`) or newer. */
export function isAtLeast(version: string, oldest: readonly [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}
