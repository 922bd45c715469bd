import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LoadedConfig } from '../config/file/load-config.js'
import { extendLevels } from '../model/plan/extend-levels.js'
import type { Level } from '../model/plan/level.js'
import type { LevelDeclaration } from '../model/plan/level-declaration.js'
import { BUILT_IN, type LevelEntry } from './entries.js'
import { findPackageRoot } from './package-root.js'

/**
 * Every level, lowest first: rungs' own and those of the configuration, which replace a built-in one of the same number
 * or name.
 */
export async function findLevels(loaded: LoadedConfig | null): Promise<LevelEntry[]> {
  const own = resolved(loaded?.config.levels ?? []).map((level) => ({
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
  const fileIn = (folder: string) => join(modules, 'levels', folder, `level${ending}`)
  const names = folders
    .filter((entry) => entry.isDirectory() && existsSync(fileIn(entry.name)))
    .map(({ name }) => name)
    .sort()
  const declared = await Promise.all(
    names.map(async (name) => {
      const module: { default: LevelDeclaration } = await import(pathToFileURL(fileIn(name)).href)
      return module.default
    }),
  )
  return resolved(declared).map((level, index) => ({
    level,
    source: BUILT_IN,
    baseDir: dir,
    guide: join('levels', names[index] ?? '', 'README.md'),
  }))
}

/** Levels whose declarations were found right; those of rungs are, by a test. */
function resolved(declared: readonly LevelDeclaration[]): Level[] {
  return extendLevels(declared).map(({ level }) => level as Level)
}
