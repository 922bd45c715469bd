import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LoadedConfig } from '../config/file/load-config.js'
import type { Scenario } from '../model/plan/scenario.js'
import { BUILT_IN, type ScenarioEntry } from './entries.js'
import { findPackageRoot } from './package-root.js'

/** The order in which the built-in scenarios are shown and measured: from the least work to the most. */
const ORDER = [
  'simple',
  'db-read',
  'db-write',
  'auth-me',
  'auth-login',
  'report',
  'mixed',
  'tasks',
  'mixed-with-tasks',
]

/** Every scenario that has a name: rungs' own and those of the configuration, which replace a built-in one's. */
export async function findScenarios(loaded: LoadedConfig | null): Promise<ScenarioEntry[]> {
  const own = (loaded?.config.scenarios ?? []).map((scenario) => ({
    scenario,
    source: loaded?.name ?? '',
    baseDir: loaded?.baseDir ?? '',
  }))
  const replaced = ({ scenario }: ScenarioEntry) => own.some((other) => other.scenario.name === scenario.name)
  return [...(await builtInScenarios()).filter((entry) => !replaced(entry)), ...own]
}

async function builtInScenarios(): Promise<ScenarioEntry[]> {
  const { modules, ending } = findPackageRoot()
  const folder = join(modules, 'scenarios')
  const names = (await readdir(folder))
    .filter((name) => name.endsWith(ending) && !name.endsWith('.d.ts'))
    .map((name) => basename(name, ending))
  const inOrder = names.sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))
  return Promise.all(
    inOrder.map(async (name) => {
      const file = join(folder, `${name}${ending}`)
      const module: { default: Scenario } = await import(pathToFileURL(file).href)
      return { scenario: module.default, source: BUILT_IN, baseDir: dirname(file) }
    }),
  )
}

function placeOf(name: string): number {
  const place = ORDER.indexOf(name)
  return place < 0 ? ORDER.length : place
}
