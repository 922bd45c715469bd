import { readdir, readFile } from 'node:fs/promises'
import type { Static, TSchema } from 'typebox'
import { resultProblems } from '../../model/schema/result-problems.js'
import { codeOf, messageOf } from '../../words/errors.js'

/** A kind of result file. */
export interface ResultKind<Schema extends TSchema> {
  readonly schema: Schema
  /** The highest version that this rungs reads. */
  readonly version: number
  /** `search` */
  readonly what: string
}

/** The result, null where there is no such file, or in one line why it cannot be used. */
export async function readResult<Schema extends TSchema>(
  file: string,
  { schema, version, what }: ResultKind<Schema>,
): Promise<Static<Schema> | null | string> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    const [first] = await resultProblems(schema, version, value, what)
    return first === undefined ? (value as Static<Schema>) : `${file}: ${first}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    return `${file}: cannot be read: ${messageOf(error)}`.replace(/\s+/g, ' ').slice(0, 200)
  }
}

/** The names in a folder, sorted; none where there is no such folder. */
export async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  })
  return names.sort()
}
