import { join } from 'node:path'
import { messageOf, UserError } from '../model/errors.js'
import { LADDER_PAGE, ladderHtml } from './html-ladder-page.js'
import { newestLadder } from './read-ladders.js'
import { replaceFile } from './replace-file.js'

/**
 * Writes `ladder.html` into a reports folder: its newest ladder. Gives its path, null where there is none, and a line for
 * each ladder that was left out.
 * @throws UserError when it cannot be written to
 */
export async function writeLadderPage(
  dir: string,
): Promise<{ file: string | null; problems: readonly string[] }> {
  const { ladder, problems } = await newestLadder(dir)
  if (ladder === null) return { file: null, problems }
  try {
    return { file: await replaceFile(join(dir, LADDER_PAGE), ladderHtml(ladder)), problems }
  } catch (error) {
    throw new UserError(`${dir}: ${LADDER_PAGE} cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
