import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CAPACITY_VERSION, CapacityResult } from '../model/capacity.js'
import { codeOf, messageOf } from '../model/errors.js'

export interface ReadCapacities {
  readonly capacities: readonly CapacityResult[]
  /** The same, each with the name of the folder that holds it, the newest first. */
  readonly folders: readonly { readonly folder: string; readonly result: CapacityResult }[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/** The searches of a reports folder, `<run>/capacity.json`. */
export async function readCapacities(dir: string): Promise<ReadCapacities> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  })
  const folders: { folder: string; result: CapacityResult }[] = []
  const problems: string[] = []
  for (const name of names.sort()) {
    const read = await readCapacity(join(dir, name, 'capacity.json'))
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) folders.push({ folder: name, result: read })
  }
  folders.sort((a, b) => (a.result.startedAt < b.result.startedAt ? 1 : -1))
  return { capacities: folders.map(({ result }) => result), folders, problems }
}

/** The search, null where there is no such file, or in one line why it cannot be used. */
async function readCapacity(file: string): Promise<CapacityResult | null | string> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    const version =
      typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : null
    if (typeof version === 'number' && version > CAPACITY_VERSION)
      return `${file}: was written by a newer rungs (schema version ${version}); update rungs to read it`
    const { problemsOf } = await import('../model/validate.js')
    const [first] = problemsOf(CapacityResult, value)
    return first === undefined ? (value as CapacityResult) : `${file}: is not a search of rungs: ${first}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    return `${file}: cannot be read: ${messageOf(error)}`.replace(/\s+/g, ' ').slice(0, 200)
  }
}
