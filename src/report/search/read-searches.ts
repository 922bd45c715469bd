import { join } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { CAPACITY_VERSION, CapacityResult } from '../../model/studies/capacity.js'
import { TUNE_VERSION, TuneResult } from '../../model/studies/tune.js'
import { namesIn, type ResultKind, readResult } from '../files/read-result.js'

/** Searches of one kind, the newest first, each with the name of the folder that holds it. */
export interface ReadSearches<R> {
  readonly folders: readonly { readonly folder: string; readonly result: R }[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/** The searches for a capacity in a reports folder, `<run>/capacity.json`. */
export function readCapacities(dir: string): Promise<ReadSearches<CapacityResult>> {
  return readSearches(dir, 'capacity.json', {
    schema: CapacityResult,
    version: CAPACITY_VERSION,
    what: 'search',
  })
}

/** The tunings in a reports folder, `<run>/tune.json`. */
export function readTunings(dir: string): Promise<ReadSearches<TuneResult>> {
  return readSearches(dir, 'tune.json', { schema: TuneResult, version: TUNE_VERSION, what: 'tuning' })
}

async function readSearches<Schema extends TSchema>(
  dir: string,
  file: string,
  kind: ResultKind<Schema>,
): Promise<ReadSearches<Static<Schema>>> {
  const folders: { folder: string; result: Static<Schema> }[] = []
  const problems: string[] = []
  for (const name of await namesIn(dir)) {
    const read = await readResult(join(dir, name, file), kind)
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) folders.push({ folder: name, result: read })
  }
  const startOf = ({ result }: (typeof folders)[number]) => (result as { startedAt: string }).startedAt
  folders.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1))
  return { folders, problems }
}
