import { join } from 'node:path'
import { type LadderResult, ladderResult } from '../../ladder/ladder-result.js'
import type { Ladder } from '../../model/studies/ladder.js'
import { KINDS } from '../../records/kinds.js'
import { type Found, findRecord, LEFT_OUT, listRecords, readNamedRuns } from '../../records/results.js'
import { collecting, UserError } from '../../words/errors.js'

/**
 * The ladder in the first of these folders that has one, and which that is.
 * @throws UserError where there is none, or it cannot be used
 */
export async function readLadder(
  name: string,
  folders: readonly string[],
): Promise<{ ladder: LadderResult; dir: string }> {
  const found = await findRecord(KINDS.ladder, folders)
  if (found === null)
    throw new UserError(`${name}: there is no ladder.json; give the folder that rungs ladder has written`)
  return { ladder: await resultOf(found), dir: found.dir }
}

export interface NewestLadder {
  readonly ladder: LadderResult | null
  readonly problems: readonly string[]
}

/**
 * The newest ladder of a results folder that can be used, or null; a line for each that cannot.
 */
export async function newestLadder(outDir: string): Promise<NewestLadder> {
  const { found, problems } = await listRecords(KINDS.ladder, outDir)
  const unusable: string[] = []
  const told = () => [...problems, ...unusable.map((problem) => LEFT_OUT + problem)]
  for (const one of found) {
    const ladder = await collecting(unusable, () => resultOf(one))
    if (ladder !== null) return { ladder, problems: told() }
  }
  return { ladder: null, problems: told() }
}

/** With the run beside it, which holds its cells. */
async function resultOf({ dir, record }: Found<Ladder>): Promise<LadderResult> {
  const [run] = await readNamedRuns(dir, [join(dir, 'run.json')])
  if (!run) throw new UserError(`${dir}: there is no run.json beside ladder.json`)
  return ladderResult(run, record)
}
