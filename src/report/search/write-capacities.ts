import { join } from 'node:path'
import { replaceFile } from '../../records/replace-file.js'
import { type Listed, listRecords } from '../../records/results.js'
import { messageOf, UserError } from '../../words/errors.js'
import { capacityHtml } from './html-capacity.js'

/** The page's name, beside the result file. */
export const CAPACITY_PAGE = 'capacity.html'

export interface WrittenCapacities extends Listed<'capacity'> {
  /** Paths of the pages, the newest search first. */
  readonly files: readonly string[]
}

/**
 * Writes the page of every search of a reports folder, each beside its result file.
 * @throws UserError when the folder cannot be read or written to
 */
export async function writeCapacities(outDir: string): Promise<WrittenCapacities> {
  const listed = await listRecords('capacity', outDir)
  try {
    const files: string[] = []
    for (const { dir, record } of listed.found)
      files.push(await replaceFile(join(dir, CAPACITY_PAGE), capacityHtml(record)))
    return { ...listed, files }
  } catch (error) {
    throw new UserError(
      `${outDir}: the pages of its searches cannot be written there: ${messageOf(error)}`,
      undefined,
      {
        cause: error,
      },
    )
  }
}
