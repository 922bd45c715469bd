import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { loadDefaultExport, MODULE_ENDINGS, showPath } from '../config/file/load-module.js'
import { withPlainBodies } from '../config/file/plain-bodies.js'
import type { Scenario } from '../model/plan/scenario.js'
import { codeOf, messageOf, UserError } from '../words/errors.js'
import type { ScenarioEntry } from './entries.js'

/** Whether an entry of `--scenario` is a file or folder rather than a name. */
export function looksLikePath(text: string): boolean {
  return /^\.|[/\\]/.test(text) || MODULE_ENDINGS.some((ending) => text.endsWith(ending))
}

/**
 * The scenarios of a file (its default export, one or a list), or of every such file of a folder, by name; folders
 * inside of it are left alone.
 * @throws UserError with all that is wrong with them, one line each.
 */
export async function loadScenarioPath(path: string, cwd: string): Promise<ScenarioEntry[]> {
  const entries: ScenarioEntry[] = []
  const problems: string[] = []
  for (const file of await filesOf(resolve(cwd, path), cwd)) {
    try {
      entries.push(...(await loadFile(file, cwd)))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new UserError(problems)
  return entries
}

async function filesOf(path: string, cwd: string): Promise<string[]> {
  const shown = showPath(path, cwd)
  const endings = MODULE_ENDINGS.join(', ')
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path, { withFileTypes: true }))
        .filter((entry) => !entry.isDirectory() && isModule(entry.name))
        .map((entry) => entry.name)
      if (names.length === 0) throw new UserError(`${shown}: holds no scenario; files must end in ${endings}`)
      return names.sort().map((name) => join(path, name))
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    const missing = codeOf(error) === 'ENOENT'
    throw new UserError(
      missing ? `${shown}: does not exist` : `${shown}: cannot be read: ${messageOf(error)}`,
    )
  }
  if (!isModule(path)) throw new UserError(`${shown}: a scenario file must end in ${endings}`)
  return [path]
}

function isModule(name: string): boolean {
  return MODULE_ENDINGS.some((ending) => name.endsWith(ending)) && !name.endsWith('.d.ts')
}

async function loadFile(file: string, cwd: string): Promise<ScenarioEntry[]> {
  const shown = showPath(file, cwd)
  const loaded = await loadDefaultExport(file, cwd)
  const isList = Array.isArray(loaded)
  const declared = (isList ? (loaded as unknown[]) : [loaded]).map((one) =>
    withPlainBodies(withoutSchemaName(one)),
  )
  const { scenarioProblems } = await import('../config/file/declarations.js')
  const problems = declared.flatMap((scenario, i) => scenarioProblems(scenario, isList ? `[${i}]` : ''))
  if (declared.length === 0) problems.push('holds no scenario; its list is empty')
  if (problems.length > 0) throw new UserError(problems.map((problem) => `${shown}: ${problem}`))
  return declared.map((scenario) => ({
    scenario: scenario as Scenario,
    source: shown,
    baseDir: dirname(file),
  }))
}

/** A JSON file may name its schema, for editors. */
function withoutSchemaName(scenario: unknown): unknown {
  if (typeof scenario !== 'object' || scenario === null || Array.isArray(scenario)) return scenario
  const { $schema: _, ...rest } = scenario as Record<string, unknown>
  return rest
}
