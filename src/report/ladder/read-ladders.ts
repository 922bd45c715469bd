import { join } from 'node:path'
import { type LadderResult, ladderResult } from '../../ladder/ladder-result.js'
import { LADDER_VERSION, Ladder } from '../../model/studies/ladder.js'
import { messageOf, UserError } from '../../words/errors.js'
import { namesIn, readResult } from '../files/read-result.js'
import { readNamedRuns } from '../files/read-runs.js'

const KIND = { schema: Ladder, version: LADDER_VERSION, what: 'ladder' }

/**
 * The ladder in the first of these folders that has one, and which that is.
 * @throws UserError where there is none, or it cannot be used
 */
export async function readLadder(
  name: string,
  folders: readonly string[],
): Promise<{ ladder: LadderResult; dir: string }> {
  for (const dir of folders) {
    const read = await readResult(join(dir, 'ladder.json'), KIND)
    if (typeof read === 'string') throw new UserError(read)
    if (read) return { ladder: await resultOf(dir, read), dir }
  }
  throw new UserError(`${name}: there is no ladder.json; give the folder that rungs ladder has written`)
}

export interface NewestLadder {
  readonly ladder: LadderResult | null
  readonly problems: readonly string[]
}

/**
 * The newest ladder of a results folder that can be used, or null; a line for each that cannot.
 */
export async function newestLadder(outDir: string): Promise<NewestLadder> {
  const problems: string[] = []
  const names = (await namesIn(outDir)).filter((name) => name.includes('-ladder'))
  for (const name of names.reverse()) {
    const dir = join(outDir, name)
    const read = await readResult(join(dir, 'ladder.json'), KIND)
    if (typeof read === 'string') problems.push(`left out: ${read}`)
    else if (read) {
      try {
        return { ladder: await resultOf(dir, read), problems }
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(...error.problems.map((problem) => `left out: ${problem}`))
      }
    }
  }
  return { ladder: null, problems }
}

async function resultOf(dir: string, ladder: Ladder): Promise<LadderResult> {
  const [run] = await readNamedRuns(dir, [join(dir, 'run.json')])
  if (!run) throw new UserError(`${dir}: there is no run.json beside ladder.json`)
  try {
    return ladderResult(run, ladder)
  } catch (error) {
    throw new UserError(`${dir}: a histogram cannot be read: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
