import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { byStart } from '../model/run/record.js'
import type { Run } from '../model/run/run.js'
import { codeOf, collecting, messageOf, UserError } from '../words/errors.js'
import { KINDS, type Kind, type KindedRecord, OWN_KINDS } from './kinds.js'
import { type ReadRecord, readRecord, shown, textOf } from './read-record.js'

/** What the line about a result file that was left out begins with. */
export const LEFT_OUT = 'left out: '

/** A record and the folder that holds it. */
export interface Found<R> {
  readonly dir: string
  readonly record: R
}

export interface Listed<R> {
  /** Newest first. */
  readonly found: readonly Found<R>[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/**
 * The records of a kind in a results folder, whatever their folders are called.
 * @param keep takes each record as it is read, from the last folder name to the first, and gives what is kept of it
 */
export async function listRecords<R extends KindedRecord>(
  kind: Kind<R>,
  outDir: string,
  keep: (record: R) => R = (record) => record,
): Promise<Listed<R>> {
  const found: Found<R>[] = []
  const problems: string[] = []
  const dirs = (await foldersOf(outDir)).map((name) => join(outDir, name)).reverse()
  for await (const { dir, record, problem } of readAhead(kind, dirs)) {
    if (record !== null) found.push({ dir, record: keep(record) })
    else if (problem !== null) problems.unshift(LEFT_OUT + problem)
  }
  return { found: found.sort((a, b) => byStart(b.record, a.record)), problems }
}

/** Reads each file while the record before it is dealt with: of a thousand, the waiting adds up. */
async function* readAhead<R extends KindedRecord>(
  kind: Kind<R>,
  dirs: readonly string[],
): AsyncGenerator<ReadRecord<R> & { readonly dir: string }> {
  const started = (dir: string | undefined) => {
    if (dir === undefined) return null
    const file = join(dir, kind.file)
    const text = textOf(file)
    // It is awaited only when its turn has come.
    text.catch(() => {})
    return { dir, file, text }
  }
  let now = started(dirs[0])
  for (let index = 1; now !== null; index++) {
    const { dir, file, text } = now
    await text.catch(() => {})
    now = started(dirs[index])
    yield { dir, ...(await readRecord(file, kind, text)) }
  }
}

/**
 * The record that a user names: that of the first place that has one, each a file or a folder; null where none has.
 * @throws UserError where it cannot be used, or the place holds only records of other kinds
 */
export async function findRecord<R extends KindedRecord>(
  kind: Kind<R>,
  places: readonly string[],
): Promise<(Found<R> & { readonly file: string }) | null> {
  for (const file of await filesOf(places, kind.file)) {
    const { record, problem } = await readRecord(file, kind)
    if (problem !== null) throw new UserError(problem)
    if (record !== null) return { file, dir: dirname(file), record }
  }
  const { noun } = kind
  for (const other of OWN_KINDS) {
    const [file] = await filesOf(places, other.file)
    if (file === undefined) continue
    throw new UserError(
      `${shown(dirname(file))}: holds a ${other.noun}, not a ${noun}; give the folder of a ${noun}`,
    )
  }
  return null
}

export interface ReadRuns {
  /** Oldest first. */
  readonly runs: Run[]
  /** A line for each result file that was found and left out. */
  readonly problems: readonly string[]
}

/**
 * Reads every run of a results folder.
 * @param keep as of `listRecords`
 * @throws UserError when there is no run that can be read
 */
export async function scanRuns(dir: string, keep?: (run: Run) => Run): Promise<ReadRuns> {
  const { found, problems } = await listRecords(KINDS.run, dir, keep)
  if (found.length === 0) {
    throw new UserError([
      `${shown(dir)}: there is no run to read; measure first, for example with: rungs run --level 0 --scenario simple`,
      ...problems,
    ])
  }
  return { runs: found.map(({ record }) => record).reverse(), problems }
}

/**
 * Reads the runs that were named: each the name of a run in `dir`, a run's folder, or a result file. Oldest first.
 * @throws UserError with every name that cannot be used
 */
export async function readNamedRuns(dir: string, names: readonly string[]): Promise<Run[]> {
  const runs = new Map<string, Run>()
  const problems: string[] = []
  for (const name of names) {
    await collecting(problems, async () => {
      const found = await findRecord(KINDS.run, [name, join(dir, name)])
      if (found === null) {
        throw new UserError(
          `${name}: no such run; give a name in ${shown(dir)}, a run's folder or its run.json`,
        )
      }
      runs.set(resolve(found.file), found.record)
    })
  }
  if (problems.length > 0) throw new UserError(problems)
  return [...runs.values()].sort(byStart)
}

async function filesOf(places: readonly string[], name: string): Promise<string[]> {
  const files = places.flatMap((place) => [place, join(place, name)])
  const found = await Promise.all(files.map(async (file) => (await stat(file).catch(() => null))?.isFile()))
  return files.filter((_, index) => found[index])
}

async function foldersOf(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isFile() ? [] : [entry.name])).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw new UserError(`${shown(dir)}: cannot be read: ${messageOf(error)}`)
  }
}
