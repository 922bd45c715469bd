import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { resultProblems } from '../../model/schema/result-problems.js'
import { HistoryEntry } from '../../model/studies/gate-history.js'
import { codeOf, UserError } from '../../words/errors.js'

/** The folder of series files in a results folder. */
export const HISTORY_FOLDER = 'history'

/** A series file as it was read: gates against one release, oldest first. */
export interface HistoryFile {
  readonly file: string
  readonly entries: readonly HistoryEntry[]
}

/** How many problems of one file are told: a file of another kind has one in every line. */
const MOST_PROBLEMS = 10

/**
 * Reads series files.
 * @param cwd what relative paths start from
 * @throws UserError with all that is wrong in all of them
 */
export async function readHistories(files: readonly string[], cwd: string): Promise<HistoryFile[]> {
  const problems: string[] = []
  const read: HistoryFile[] = []
  for (const file of files) {
    const text = await textOf(file, cwd)
    if (text === null) problems.push(`${file}: there is no such file; rungs gate --record makes one`)
    else if (typeof text !== 'string') problems.push(text.problem)
    else {
      const parsed = await parseHistory(file, text)
      problems.push(...shortened(file, parsed.problems))
      read.push({ file, entries: parsed.entries })
    }
  }
  if (problems.length > 0) throw new UserError(problems)
  return read
}

/** The series files of a results folder, by name. @throws UserError when the folder cannot be read */
export async function historyFiles(dir: string): Promise<string[]> {
  const folder = join(dir, HISTORY_FOLDER)
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw new UserError(`${folder}: cannot be read (${codeOf(error)})`, undefined, { cause: error })
  }
}

/** Null where there is none. */
async function textOf(file: string, cwd: string): Promise<string | null | { readonly problem: string }> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    return { problem: `${file}: cannot be read (${codeOf(error)})` }
  }
}

/** A series file's lines, and everything that is wrong with them. */
export async function parseHistory(
  file: string,
  text: string,
): Promise<{ readonly entries: HistoryEntry[]; readonly problems: string[] }> {
  const entries: HistoryEntry[] = []
  const problems: string[] = []
  const lines = new Map<string, number>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const place = `${file}:${index + 1}`
    const found = await entryOf(line)
    if (Array.isArray(found)) {
      problems.push(...found.map((problem) => `${place}: ${problem}`))
      continue
    }
    problems.push(...misfits(found, entries[0], lines).map((problem) => `${place}: ${problem}`))
    lines.set(found.gate, index + 1)
    entries.push(found)
  }
  if (entries.length === 0 && problems.length === 0)
    problems.push(`${file}: is empty: there is nothing to draw`)
  return { entries: entries.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)), problems }
}

async function entryOf(line: string): Promise<HistoryEntry | string[]> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return ['is no JSON, or cut off; a series file has one gate a line, as rungs gate --record writes it']
  }
  const problems = await resultProblems(HistoryEntry, value)
  return problems.length === 0 ? (value as HistoryEntry) : problems
}

/** What is wrong with an entry beside the others of its file. */
function misfits(
  { gate, base }: HistoryEntry,
  first: HistoryEntry | undefined,
  lines: ReadonlyMap<string, number>,
): string[] {
  const earlier = lines.get(gate)
  return [
    ...(earlier === undefined ? [] : [`gate ${gate} is in line ${earlier} already; delete one of them`]),
    ...(first === undefined ? [] : (otherBase(first.base, base) ?? [])),
  ]
}

/** Ratios against different code are no series; null where both are the same. */
export function otherBase(held: HistoryEntry['base'], now: HistoryEntry['base']): [string] | null {
  if (held.commit === now.commit) return null
  const text = ({ name, commit }: HistoryEntry['base']) => `${name} (${commit.slice(0, 7)})`
  return [`holds ratios against ${text(held)}, not ${text(now)}; keep each release in a file of its own`]
}

function shortened(file: string, problems: readonly string[]): string[] {
  const more = problems.length - MOST_PROBLEMS
  return more <= 0
    ? [...problems]
    : [...problems.slice(0, MOST_PROBLEMS), `${file}: and ${more} more problems`]
}
