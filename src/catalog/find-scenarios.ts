import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LoadedConfig } from '../config/file/load-config.js'
import type { Scenario } from '../model/plan/scenario.js'
import { BUILT_IN, type ScenarioEntry } from './entries.js'
import { findPackageRoot } from './package-root.js'

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
  const baseDir = join(modules, 'scenarios')
  const file = pathToFileURL(join(baseDir, `all${ending}`)).href
  const { default: scenarios }: { default: readonly Scenario[] } = await import(file)
  return scenarios.map((scenario) => ({ scenario, source: BUILT_IN, baseDir }))
}
