import { join } from 'node:path'
import { CAPACITY_VERSION, CapacityResult } from '../../model/studies/capacity.js'
import { namesIn, readResult } from '../files/read-result.js'

export interface ReadCapacities {
  readonly capacities: readonly CapacityResult[]
  /** The same, each with the name of the folder that holds it, the newest first. */
  readonly folders: readonly { readonly folder: string; readonly result: CapacityResult }[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

const KIND = { schema: CapacityResult, version: CAPACITY_VERSION, what: 'search' }

/** The searches of a reports folder, `<run>/capacity.json`. */
export async function readCapacities(dir: string): Promise<ReadCapacities> {
  const folders: { folder: string; result: CapacityResult }[] = []
  const problems: string[] = []
  for (const name of await namesIn(dir)) {
    const read = await readResult(join(dir, name, 'capacity.json'), KIND)
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) folders.push({ folder: name, result: read })
  }
  folders.sort((a, b) => (a.result.startedAt < b.result.startedAt ? 1 : -1))
  return { capacities: folders.map(({ result }) => result), folders, problems }
}
