import { messageOf, UserError } from '../../words/errors.js'
import { pageName } from '../render/html.js'
import { writeDoc } from '../render/write-doc.js'
import { ladderDoc } from './ladder-doc.js'
import { type NewestLadder, newestLadder } from './read-ladders.js'

/**
 * Writes the newest ladder of a reports folder into it. Gives the paths and the ladder, null where there is none, and a line
 * for each that was left out.
 * @throws UserError when it cannot be written to
 */
export async function writeLadderDoc(
  dir: string,
  formats: readonly string[],
): Promise<NewestLadder & { readonly files: readonly string[] }> {
  const { ladder, problems } = await newestLadder(dir)
  if (ladder === null) return { files: [], ladder, problems }
  const doc = ladderDoc(ladder)
  try {
    return { files: await writeDoc(dir, doc, formats), ladder, problems }
  } catch (error) {
    throw new UserError(`${dir}: ${pageName(doc)} cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
