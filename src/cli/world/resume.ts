import { join, resolve } from 'node:path'
import type { Kind, KindedRecord } from '../../records/kinds.js'
import { type Found, findRecord, LEFT_OUT, listRecords } from '../../records/results.js'
import { UserError } from '../../words/errors.js'
import { shortPath } from '../../words/short-path.js'
import type { Invocation } from '../terminal/invocation.js'
import { resultsFolder } from './results-folder.js'

export interface Resumed<R> {
  /** Asks for what the record was asked for, where it does not ask otherwise. */
  readonly invocation: Invocation
  /** Null where nothing is resumed. */
  readonly stored: Found<R> | null
}

/**
 * Reads the record that `--resume` names, if it is given.
 * @throws UserError where there is none, it cannot be read, or nothing is left to be measured
 */
export async function resumed<R extends KindedRecord>(
  kind: Kind<R>,
  invocation: Invocation,
): Promise<Resumed<R>> {
  const { flags, cwd } = invocation
  const named = flags.resume as string | true | undefined
  if (named === undefined) return { invocation, stored: null }
  const stored = await storedRecord(kind, named, cwd, await resultsFolder(invocation))
  const { record } = stored
  const { noun, again } = kind
  if (record.state === 'completed')
    throw new UserError(`--resume: ${noun} ${record.id} is completed; ${again} without --resume`)
  const asked = { ...seedOf(record), ...record.asked }
  return {
    invocation: { ...invocation, flags: { ...asked, ...flags }, asked: { ...asked, ...invocation.asked } },
    stored,
  }
}

interface Seeded {
  readonly seed?: number
  readonly settings?: { readonly seed?: number }
}

/** The random draws go on as they began. */
function seedOf(record: KindedRecord & Seeded): Record<string, string> {
  const seed = record.seed ?? record.settings?.seed
  return seed === undefined ? {} : { seed: String(seed) }
}

/**
 * The record that `--resume` names: a folder, the name of one in `out`, or the newest one there.
 * @throws UserError when there is none, or it cannot be read; of the newest also where that may be one that cannot be read
 */
export async function storedRecord<R extends KindedRecord>(
  kind: Kind<R>,
  named: string | true,
  cwd: string,
  out: string,
): Promise<Found<R>> {
  const { noun, file } = kind
  if (named === true) {
    const { found, problems } = await listRecords(kind, out)
    if (problems.length > 0)
      throw new UserError(
        problems.map((line) => `--resume: ${line.slice(LEFT_OUT.length)}; or name the folder of the ${noun}`),
      )
    const [newest] = found
    if (newest === undefined) throw new UserError(`--resume: there is no ${noun} in ${out}; name its folder`)
    return newest
  }
  const dirs = [resolve(cwd, named), join(out, named)]
  const found = await findRecord(kind, dirs)
  if (found === null) throw new UserError(`--resume ${named}: there is no ${file} in ${dirs.join(' or ')}`)
  return found
}

/** How to go on with an interrupted study. */
export function goOnText(command: string, dir: string, cwd: string): string {
  return `rungs ${command} --resume ${shortPath(dir, cwd)} goes on from here`
}
