import { join } from 'node:path'
import { messageOf, UserError } from '../../words/errors.js'
import { replaceFile } from '../files/replace-file.js'
import { pageName, renderDocPage } from '../render/html.js'
import { ladderDoc } from './ladder-doc.js'
import { type NewestLadder, newestLadder } from './read-ladders.js'

/**
 * Writes `ladder.html` into a reports folder: its newest ladder. Gives its path and the ladder, null where there is none, and
 * a line for each that was left out.
 * @throws UserError when it cannot be written to
 */
export async function writeLadderPage(dir: string): Promise<NewestLadder & { readonly file: string | null }> {
  const { ladder, problems } = await newestLadder(dir)
  if (ladder === null) return { file: null, ladder, problems }
  const doc = ladderDoc(ladder)
  const page = pageName(doc)
  try {
    return { file: await replaceFile(join(dir, page), renderDocPage(doc)), ladder, problems }
  } catch (error) {
    throw new UserError(`${dir}: ${page} cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
