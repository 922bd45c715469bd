import { join } from 'node:path'
import { messageOf, UserError } from '../../words/errors.js'
import { replaceFile } from '../files/replace-file.js'
import { capacityHtml } from './html-capacity.js'
import { type ReadCapacities, readCapacities } from './read-capacities.js'

/** The page's name, beside the result file. */
export const CAPACITY_PAGE = 'capacity.html'

export interface WrittenCapacities extends Pick<ReadCapacities, 'folders' | 'problems'> {
  /** Paths of the pages, the newest search first. */
  readonly files: readonly string[]
}

/**
 * Writes the page of every search of a reports folder, each beside its result file.
 * @throws UserError when the folder cannot be read or written to
 */
export async function writeCapacities(dir: string): Promise<WrittenCapacities> {
  try {
    const { folders, problems } = await readCapacities(dir)
    const files: string[] = []
    for (const { folder, result } of folders)
      files.push(await replaceFile(join(dir, folder, CAPACITY_PAGE), capacityHtml(result)))
    return { folders, problems, files }
  } catch (error) {
    throw new UserError(
      `${dir}: the pages of its searches cannot be written there: ${messageOf(error)}`,
      undefined,
      {
        cause: error,
      },
    )
  }
}
