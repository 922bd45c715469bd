import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { LevelEntry } from '../catalog/entries.js'
import { codeOf, UserError } from '../model/errors.js'
import { checkService } from '../services/providers.js'

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

function isInstalled(name: string, baseDir: string): boolean {
  try {
    createRequire(join(baseDir, 'package.json')).resolve(`${name}/package.json`)
    return true
  } catch (error) {
    // A package may forbid a look at its package.json; then it is there all the same.
    return codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  }
}
