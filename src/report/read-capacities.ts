import { join } from 'node:path'
import { CAPACITY_VERSION, CapacityResult } from '../model/capacity.js'
import { namesIn, readResult } from './read-result.js'

export interface ReadCapacities {
  readonly capacities: readonly CapacityResult[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

const KIND = { schema: CapacityResult, version: CAPACITY_VERSION, what: 'search' }

/** The searches of a reports folder, `<run>/capacity.json`. */
export async function readCapacities(dir: string): Promise<ReadCapacities> {
  const capacities: CapacityResult[] = []
  const problems: string[] = []
  for (const name of await namesIn(dir)) {
    const read = await readResult(join(dir, name, 'capacity.json'), KIND)
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) capacities.push(read)
  }
  return { capacities, problems }
}
