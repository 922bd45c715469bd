import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CAPACITY_VERSION, CapacityResult } from '../model/capacity.js'
import { codeOf, messageOf } from '../model/errors.js'
import { resultProblems } from '../model/result-problems.js'

export interface ReadCapacities {
  readonly capacities: readonly CapacityResult[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/** The searches of a reports folder, `<run>/capacity.json`. */
export async function readCapacities(dir: string): Promise<ReadCapacities> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  })
  const capacities: CapacityResult[] = []
  const problems: string[] = []
  for (const name of names.sort()) {
    const read = await readCapacity(join(dir, name, 'capacity.json'))
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) capacities.push(read)
  }
  return { capacities, problems }
}

/** The search, null where there is no such file, or in one line why it cannot be used. */
async function readCapacity(file: string): Promise<CapacityResult | null | string> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    const [first] = await resultProblems(CapacityResult, CAPACITY_VERSION, value, 'search')
    return first === undefined ? (value as CapacityResult) : `${file}: ${first}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    return `${file}: cannot be read: ${messageOf(error)}`.replace(/\s+/g, ' ').slice(0, 200)
  }
}
