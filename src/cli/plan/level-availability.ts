import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { LevelEntry } from '../../catalog/entries.js'
import { backendsOf, levelOn } from '../../model/plan/backends.js'
import type { BackendName } from '../../model/plan/level.js'
import { checkService } from '../../services/providers.js'
import { codeOf, UserError } from '../../words/errors.js'

/** Why a level cannot run here, and the command that would change that where there is one. */
export interface Lack {
  readonly reason: string
  readonly fix: string | null
}

/**
 * Null when the level has all it needs: its services can be had, and its npm packages are installed.
 * @throws UserError when something that was given is wrong: that is to be corrected, not passed over.
 */
export async function lackOf({ level, baseDir }: LevelEntry, env: NodeJS.ProcessEnv): Promise<Lack | null> {
  for (const name of level.requires ?? []) {
    if (!isInstalled(name, baseDir)) return { reason: `${name} is not installed`, fix: `npm install ${name}` }
  }
  for (const name of level.services ?? []) {
    const availability = await checkService(name, env)
    if (availability.available) continue
    if (availability.mistake) throw new UserError(availability.reason)
    return { reason: availability.reason, fix: availability.fix }
  }
  return null
}

/** A level as it will be run, and what it lacks for that. */
export interface ChosenBackend {
  readonly entry: LevelEntry
  readonly lack: Lack | null
}

/**
 * The way to run a level: the one that is asked for, or with `auto` the first that has here all it needs. Where none has,
 * or the level cannot be run in the way that is asked for, its own, with what it lacks.
 * @throws UserError as `lackOf` does.
 */
export async function chooseBackend(
  entry: LevelEntry,
  asked: 'auto' | BackendName,
  env: NodeJS.ProcessEnv,
): Promise<ChosenBackend> {
  const names = backendsOf(entry.level)
  // What can be run in one way only is run in that way, whatever the others are asked for.
  if (names.length === 1) return { entry, lack: await lackOf(entry, env) }
  const on = async (backend: BackendName): Promise<ChosenBackend> => {
    const chosen = { ...entry, level: levelOn(entry.level, backend) ?? entry.level, backend }
    return { entry: chosen, lack: await lackOf(chosen, env) }
  }
  if (asked !== 'auto') return await on(asked)
  const [own, ...others] = names
  const first = await on(own ?? 'native')
  if (!first.lack) return first
  for (const name of others) {
    const other = await on(name)
    if (!other.lack) return other
  }
  return first
}

function isInstalled(name: string, baseDir: string): boolean {
  try {
    createRequire(join(baseDir, 'package.json')).resolve(`${name}/package.json`)
    return true
  } catch (error) {
    // A package may forbid a look at its package.json; then it is there all the same.
    return codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  }
}
