import { join } from 'node:path'
import { CAPACITY_VERSION, CapacityResult } from '../../model/studies/capacity.js'
import { TUNE_VERSION, TuneResult } from '../../model/studies/tune.js'
import { namesIn, readResult } from '../files/read-result.js'

/** Searches of one kind, the newest first, each with the name of the folder that holds it. */
export interface ReadSearches<R> {
  readonly folders: readonly { readonly folder: string; readonly result: R }[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

const CAPACITY = { schema: CapacityResult, version: CAPACITY_VERSION, what: 'search' }
const TUNING = { schema: TuneResult, version: TUNE_VERSION, what: 'tuning' }

/** The search in a folder, null without one, or in one line why it cannot be used. */
export function readCapacity(dir: string): Promise<CapacityResult | null | string> {
  return readResult(join(dir, 'capacity.json'), CAPACITY)
}

export function readTuning(dir: string): Promise<TuneResult | null | string> {
  return readResult(join(dir, 'tune.json'), TUNING)
}

/** The searches for a capacity in a reports folder, `<run>/capacity.json`. */
export function readCapacities(dir: string): Promise<ReadSearches<CapacityResult>> {
  return readSearches(dir, readCapacity)
}

/** The tunings in a reports folder, `<run>/tune.json`. */
export function readTunings(dir: string): Promise<ReadSearches<TuneResult>> {
  return readSearches(dir, readTuning)
}

async function readSearches<R extends { readonly startedAt: string }>(
  dir: string,
  readIn: (folder: string) => Promise<R | null | string>,
): Promise<ReadSearches<R>> {
  const folders: { folder: string; result: R }[] = []
  const problems: string[] = []
  for (const name of await namesIn(dir)) {
    const read = await readIn(join(dir, name))
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) folders.push({ folder: name, result: read })
  }
  folders.sort((a, b) => (a.result.startedAt < b.result.startedAt ? 1 : -1))
  return { folders, problems }
}
