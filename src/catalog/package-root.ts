import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PackageRoot {
  /** The folder of rungs' own package.json. */
  readonly dir: string
  /** The folder of the modules: `dist` of the package when rungs runs built, the package itself from its sources. */
  readonly modules: string
  /** How its modules end. */
  readonly ending: '.js' | '.ts'
}

/** Finds rungs' own package from one of its modules, built or not. */
export function findPackageRoot(moduleUrl: string = import.meta.url): PackageRoot {
  const file = fileURLToPath(moduleUrl)
  const ending = file.endsWith('.ts') ? '.ts' : '.js'
  for (let dir = dirname(file); dir !== dirname(dir); dir = dirname(dir)) {
    if (isOurs(join(dir, 'package.json'))) {
      return { dir, modules: ending === '.js' ? join(dir, 'dist') : dir, ending }
    }
  }
  throw new Error(`no package.json of rungs above ${file}`)
}

function isOurs(file: string): boolean {
  if (!existsSync(file)) return false
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'rungs'
}
