import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Run, SCHEMA_VERSION } from '../../model/run/run.js'
import { resultProblems } from '../../model/schema/result-problems.js'
import { codeOf, messageOf, UserError } from '../../words/errors.js'
import { byStart } from '../figures/comparable.js'

export interface ReadRuns {
  /** Oldest first. */
  readonly runs: Run[]
  /** A line for each result file that was found and left out. */
  readonly problems: string[]
}

/** How many problems of one file are told. */
const MOST_PROBLEMS = 3

/**
 * Reads the result files of every run in `dir`; a file that cannot be used is left out and told in `problems`.
 * @throws UserError when there is no run that can be read
 */
export async function scanRuns(dir: string): Promise<ReadRuns> {
  return readEach(dir, (run) => run)
}

/**
 * As `scanRuns`, one file after the other, from the last folder name to the first; what `keep` makes of a run is kept.
 * @throws UserError when there is no run that can be read
 */
export async function readEach(dir: string, keep: (run: Run) => Run): Promise<ReadRuns> {
  const runs: Run[] = []
  const problems: string[] = []
  const names = (await foldersOf(dir)).reverse()
  for await (const { file, read } of readAhead(names.map((name) => join(dir, name, 'run.json')))) {
    const result = await parsed(file, read)
    if (result === 'absent') continue
    if (Array.isArray(result))
      problems.unshift(...result.slice(0, 1).map((problem) => `left out: ${problem}`))
    else runs.push(keep(result))
  }
  if (runs.length === 0) {
    throw new UserError([
      `${shown(dir)}: there is no run to read; measure first, for example with: rungs run --level 0 --scenario simple`,
      ...problems,
    ])
  }
  return { runs: runs.sort(byStart), problems }
}

/**
 * Reads the runs that were named: each the name of a run in `dir`, a run's folder, or a result file.
 * @throws UserError with every name that cannot be used
 */
export async function readNamedRuns(dir: string, names: readonly string[]): Promise<Run[]> {
  const runs = new Map<string, Run>()
  const problems: string[] = []
  for (const name of names) {
    const file = await fileOf(dir, name)
    const result = file === null ? 'absent' : await parsed(file, await readText(file))
    if (result === 'absent') {
      problems.push(`${name}: no such run; give a name in ${shown(dir)}, a run's folder or its run.json`)
    } else if (Array.isArray(result)) problems.push(...result)
    else runs.set(resolve(file ?? ''), result)
  }
  if (problems.length > 0) throw new UserError(problems)
  return [...runs.values()].sort(byStart)
}

async function foldersOf(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isFile() ? [] : [entry.name])).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new UserError(`${shown(dir)}: cannot be read: ${messageOf(error)}`)
  }
}

async function fileOf(dir: string, name: string): Promise<string | null> {
  const candidates = [name, join(name, 'run.json'), join(dir, name, 'run.json')]
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => null) // whatever keeps us from it, the next place is tried
    if (found?.isFile()) return candidate
  }
  return null
}

/** What a file holds, `absent` when there is none, or why it cannot be read. */
type Text = { readonly text: string } | 'absent' | string[]

async function readText(file: string): Promise<Text> {
  try {
    return { text: await readFile(file, 'utf8') }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'absent'
    return [`${shown(file)}: cannot be read: ${messageOf(error)}`]
  }
}

/** Reads each file while the one before it is dealt with: of a thousand, the waiting adds up. */
async function* readAhead(files: readonly string[]): AsyncGenerator<{ file: string; read: Text }> {
  const [first, ...rest] = files
  if (first === undefined) return
  let [file, reading] = [first, readText(first)]
  for (const next of rest) {
    const read = await reading
    reading = readText(next)
    yield { file, read }
    file = next
  }
  yield { file, read: await reading }
}

/** The run, `absent` when there is no such file, or what is wrong with it. */
async function parsed(file: string, read: Text): Promise<Run | 'absent' | string[]> {
  if (read === 'absent' || Array.isArray(read)) return read
  const { text } = read
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return [
      `${shown(file)}: ${text.trim() === '' ? 'is empty' : `is cut off or not JSON: ${oneLine(messageOf(error))}`}; measure again, or remove ${shown(dirname(file))}`,
    ]
  }
  return checked(file, value)
}

async function checked(file: string, value: unknown): Promise<Run | string[]> {
  addAbsent(value)
  const problems = await resultProblems(Run, SCHEMA_VERSION, value, 'result')
  if (problems.length === 0) return value as Run
  const more = problems.length - MOST_PROBLEMS
  return [
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `${shown(file)}: ${oneLine(problem)}`),
    ...(more > 0
      ? [`${shown(file)}: and ${more} more; measure again, or remove ${shown(dirname(file))}`]
      : []),
  ]
}

/** Results from before the open loop hold neither latency nor objectives: they are read as measured without. */
function addAbsent(value: unknown): void {
  if (!isRecord(value) || !Array.isArray(value.cells)) return
  if (isRecord(value.settings)) value.settings.latency ??= null
  for (const { outcome } of value.cells.filter(isRecord)) {
    if (!isRecord(outcome) || outcome.state !== 'completed') continue
    outcome.latency ??= null
    outcome.slo ??= []
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Relative to the working folder where that is shorter. */
function shown(path: string): string {
  const short = relative('', path)
  return short === '' ? basename(resolve(path)) : short.length < path.length ? short : path
}

/** JSON errors quote the file, line breaks included. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
