import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LoadedConfig } from '../config/file/load-config.js'
import type { Level } from '../model/plan/level.js'
import { BUILT_IN, type LevelEntry } from './entries.js'
import { findPackageRoot } from './package-root.js'

/**
 * Every level, lowest first: rungs' own and those of the configuration, which replace a built-in one of the same number
 * or name.
 */
export async function findLevels(loaded: LoadedConfig | null): Promise<LevelEntry[]> {
  const own = (loaded?.config.levels ?? []).map((level) => ({
    level,
    source: loaded?.name ?? '',
    baseDir: loaded?.baseDir ?? '',
  }))
  const replaced = ({ level }: LevelEntry) =>
    own.some((other) => other.level.number === level.number || other.level.name === level.name)
  const builtIn = (await builtInLevels()).filter((entry) => !replaced(entry))
  return [...builtIn, ...own].sort((a, b) => a.level.number - b.level.number)
}

/** The declaration of each folder of `levels/` that has one. */
async function builtInLevels(): Promise<LevelEntry[]> {
  const { dir, modules, ending } = findPackageRoot()
  const folders = await readdir(join(modules, 'levels'), { withFileTypes: true })
  const files = folders
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(modules, 'levels', entry.name, `level${ending}`))
    .filter((file) => existsSync(file))
  return Promise.all(
    files.sort().map(async (file) => {
      const module: { default: Level } = await import(pathToFileURL(file).href)
      return { level: module.default, source: BUILT_IN, baseDir: dir }
    }),
  )
}
