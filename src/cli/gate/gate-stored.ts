import { join, resolve } from 'node:path'
import { type Found, findRecord, LEFT_OUT, listRecords } from '../../records/results.js'
import { UserError } from '../../words/errors.js'

/**
 * The gate that `--resume` names: a folder, the name of one in `out`, or the newest one there.
 * @throws UserError when there is none, or it cannot be read; of the newest also where that may be one that cannot be read
 */
export async function storedGate(named: string | true, cwd: string, out: string): Promise<Found<'gate'>> {
  if (named === true) {
    const { found, problems } = await listRecords('gate', out)
    if (problems.length > 0)
      throw new UserError(
        problems.map((line) => `--resume: ${line.slice(LEFT_OUT.length)}; or name the folder of the gate`),
      )
    const [newest] = found
    if (newest === undefined) throw new UserError(`--resume: there is no gate in ${out}; name its folder`)
    return newest
  }
  const dirs = [resolve(cwd, named), join(out, named)]
  const found = await findRecord('gate', dirs)
  if (found === null) throw new UserError(`--resume ${named}: there is no gate.json in ${dirs.join(' or ')}`)
  return found
}
