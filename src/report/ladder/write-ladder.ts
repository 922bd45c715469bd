import { join } from 'node:path'
import { replaceFile } from '../../records/replace-file.js'
import { messageOf, UserError } from '../../words/errors.js'
import { LADDER_PAGE, ladderHtml } from './html-ladder-page.js'
import { type NewestLadder, newestLadder } from './read-ladders.js'

/**
 * Writes `ladder.html` into a reports folder: its newest ladder. Gives its path and the ladder, null where there is none, and
 * a line for each that was left out.
 * @throws UserError when it cannot be written to
 */
export async function writeLadderPage(dir: string): Promise<NewestLadder & { readonly file: string | null }> {
  const { ladder, problems } = await newestLadder(dir)
  if (ladder === null) return { file: null, ladder, problems }
  try {
    return { file: await replaceFile(join(dir, LADDER_PAGE), ladderHtml(ladder)), ladder, problems }
  } catch (error) {
    throw new UserError(`${dir}: ${LADDER_PAGE} cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
