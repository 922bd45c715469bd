import { join, resolve } from 'node:path'
import { byStart } from '../model/run/record.js'
import type { Run } from '../model/run/run.js'
import { collecting, UserError } from '../words/errors.js'
import { shown } from './read-record.js'
import { findRecord, listRecords } from './results.js'

export interface ReadRuns {
  /** Oldest first. */
  readonly runs: Run[]
  /** A line for each result file that was found and left out. */
  readonly problems: readonly string[]
}

/**
 * Reads every run of a results folder.
 * @param keep as of `listRecords`
 * @throws UserError when there is no run that can be read
 */
export async function scanRuns(dir: string, keep?: (run: Run) => Run): Promise<ReadRuns> {
  const { found, problems } = await listRecords('run', dir, keep)
  if (found.length === 0) {
    throw new UserError([
      `${shown(dir)}: there is no run to read; measure first, for example with: rungs run --level 0 --scenario simple`,
      ...problems,
    ])
  }
  return { runs: found.map(({ record }) => record).reverse(), problems }
}

/**
 * Reads the runs that were named: each the name of a run in `dir`, a run's folder, or a result file. Oldest first.
 * @throws UserError with every name that cannot be used
 */
export async function readNamedRuns(dir: string, names: readonly string[]): Promise<Run[]> {
  const runs = new Map<string, Run>()
  const problems: string[] = []
  for (const name of names) {
    await collecting(problems, async () => {
      const found = await findRecord('run', [name, join(dir, name)])
      if (found === null) {
        throw new UserError(
          `${name}: no such run; give a name in ${shown(dir)}, a run's folder or its run.json`,
        )
      }
      runs.set(resolve(found.file), found.record)
    })
  }
  if (problems.length > 0) throw new UserError(problems)
  return [...runs.values()].sort(byStart)
}
