import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program and its arguments. */
export interface Invocation {
  readonly command: string
  readonly args: readonly string[]
}

/** The same invocation, kept on the given cores. `taskset` replaces itself by the program, so the pid is the program's. */
export function pinned(invocation: Invocation, cpus: readonly number[] | undefined): Invocation {
  if (!cpus || cpus.length === 0) return invocation
  return { command: 'taskset', args: ['-c', cpus.join(','), invocation.command, ...invocation.args] }
}

/** Whether this machine has `taskset` (util-linux) on its PATH. */
export function hasTaskset(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform === 'linux' && findOnPath('taskset', env.PATH ?? '') !== null
}

/** The first executable file of that name in the folders of `path`, or null. */
export function findOnPath(name: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, name)
    if (isExecutable(file)) return file
  }
  return null
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Missing, or not for us: either way it cannot be run.
    return false
  }
}
