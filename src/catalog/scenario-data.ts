import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkedRows, type RowKind, type RowTable } from '../model/data/rows.js'
import { unknownTemplateNames } from '../model/plan/template.js'
import { codeOf, messageOf, UserError } from '../words/errors.js'
import type { ScenarioEntry } from './entries.js'
import { rawValues } from './raw-values.js'
import type { Told } from './told.js'

/** Files above it take long enough that somebody waits. */
const WORTH_TELLING_BYTES = 5_000_000

/** What Node can read at once, and hold as one text. */
const MOST_BYTES: Readonly<Record<RowKind, number>> = { csv: 2 ** 31 - 1, json: 500_000_000 }
const WAY_OUT: Readonly<Record<RowKind, string>> = { csv: 'use fewer rows', json: 'use fewer rows, or CSV' }

/**
 * The entries with the rows of their `data` files, relative to where each scenario is declared.
 * @throws UserError with what is wrong with every one of the files, one line each.
 */
export async function withRows(entries: readonly ScenarioEntry[], told: Told): Promise<ScenarioEntry[]> {
  const problems: string[] = []
  const read = await Promise.all(
    entries.map(async (entry) => {
      try {
        return await entryWithRows(entry, told)
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

async function entryWithRows(entry: ScenarioEntry, told: Told): Promise<ScenarioEntry> {
  const { scenario, source, baseDir } = entry
  const warn = (rows: RowTable | null) => {
    for (const text of rawValues(scenario, rows)) told.warn(`${source}: scenario '${scenario.name}': ${text}`)
  }
  if (scenario.data === undefined) {
    warn(null)
    return entry
  }
  const where = `${source}: scenario '${scenario.name}': data ${scenario.data}`
  const kind = /\.(csv|json)$/i.exec(scenario.data)?.[1]?.toLowerCase() as RowKind | undefined
  if (kind === undefined) throw new UserError(`${where}: must end in .csv or .json`)
  const file = resolve(baseDir, scenario.data)
  const rows = checkedRows(await bytesOf(file, kind, { where, baseDir, told }), kind, where)
  const problems = columnProblems(entry, rows.columns).map((problem) => `${where}: ${problem}`)
  if (problems.length > 0) throw new UserError(problems)
  warn(rows)
  return { ...entry, rows: { file, kind, columns: rows.columns } }
}

async function bytesOf(
  file: string,
  kind: RowKind,
  { where, baseDir, told }: { where: string; baseDir: string; told: Told },
): Promise<Buffer> {
  try {
    const { size } = await stat(file)
    const most = MOST_BYTES[kind]
    if (size > most) {
      const sizes = `${megabytes(size)}, and at most ${megabytes(most)} can be read`
      throw new UserError(`${where}: is too big: ${sizes}; ${WAY_OUT[kind]}`)
    }
    if (size > WORTH_TELLING_BYTES) told.note(`reading ${file} (${megabytes(size)})`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof UserError) throw error
    const missing = codeOf(error) === 'ENOENT'
    throw new UserError(
      missing
        ? `${where}: there is no such file in ${baseDir}`
        : `${where}: cannot be read: ${messageOf(error)}`,
    )
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}

/** What a `setup` will give is not known before it ran. */
function columnProblems({ scenario }: ScenarioEntry, columns: readonly string[]): string[] {
  const twice = columns.filter((name) => Object.hasOwn(scenario.variables ?? {}, name))
  const unknown = scenario.setup ? [] : unknownTemplateNames(scenario, columns)
  return [
    ...twice.map((name) => `the column ${name} is one of the scenario's variables too; rename one`),
    ...unknown.map((name) => `nothing sets {{${name}}}; the columns are ${columns.join(', ')}`),
  ]
}
