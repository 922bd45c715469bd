import { resolve } from 'node:path'
import type { LoadedConfig } from '../config/file/load-config.js'
import type { Platform } from '../model/plan/level.js'
import { ownOrBuiltIn } from './choose.js'
import { findLevels } from './find-levels.js'

/**
 * The folder of the files that put a level on a platform: the highest level that names one counts, of your own where
 * one does.
 */
export async function findDeployment(platform: Platform, loaded: LoadedConfig | null): Promise<string> {
  for (const from of [loaded, null]) {
    const named = (await findLevels(from)).filter(({ level }) => level.deployments?.[platform] !== undefined)
    const entry = ownOrBuiltIn(named).at(-1)
    if (entry) return resolve(entry.baseDir, entry.level.deployments?.[platform] ?? '')
  }
  throw new Error(`no level is put on ${platform}`)
}
