import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, messageOf, UserError } from '../model/errors.js'
import { parseRows, type Row } from '../model/rows.js'
import { unknownTemplateNames } from '../model/template.js'
import type { ScenarioEntry } from './entries.js'

/**
 * The entries with the rows of their `data` files, relative to where each scenario is declared.
 * @throws UserError with what is wrong with every one of the files, one line each.
 */
export async function withRows(entries: readonly ScenarioEntry[]): Promise<ScenarioEntry[]> {
  const problems: string[] = []
  const read = await Promise.all(
    entries.map(async (entry) => {
      try {
        return await entryWithRows(entry)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(...error.problems)
        return entry
      }
    }),
  )
  if (problems.length > 0) throw new UserError(problems.sort())
  return read
}

async function entryWithRows(entry: ScenarioEntry): Promise<ScenarioEntry> {
  const { scenario, source, baseDir } = entry
  if (scenario.data === undefined) return entry
  const where = `${source}: scenario '${scenario.name}': data ${scenario.data}`
  const kind = /\.(csv|json)$/i.exec(scenario.data)?.[1]?.toLowerCase()
  if (kind === undefined) throw new UserError(`${where}: must end in .csv or .json`)
  let text: string
  try {
    text = await readFile(resolve(baseDir, scenario.data), 'utf8')
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT'
    throw new UserError(
      missing
        ? `${where}: there is no such file in ${baseDir}`
        : `${where}: cannot be read: ${messageOf(error)}`,
    )
  }
  const rows = parseRows(text, kind as 'csv' | 'json', where)
  const problems = columnProblems(entry, rows).map((problem) => `${where}: ${problem}`)
  if (problems.length > 0) throw new UserError(problems)
  return { ...entry, rows }
}

/** All rows have the columns of the first. What a `setup` will give is not known before it ran. */
function columnProblems({ scenario }: ScenarioEntry, rows: readonly Row[]): string[] {
  const columns = Object.keys(rows[0] ?? {})
  const twice = columns.filter((name) => Object.hasOwn(scenario.variables ?? {}, name))
  const unknown = scenario.setup ? [] : unknownTemplateNames(scenario, columns)
  return [
    ...twice.map((name) => `the column ${name} is one of the scenario's variables too; rename one`),
    ...unknown.map((name) => `nothing sets {{${name}}}; the columns are ${columns.join(', ')}`),
  ]
}
