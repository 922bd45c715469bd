import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { GateResult } from '../../model/studies/gate.js'
import { readGate } from '../../report/gate/read-gate.js'
import { codeOf, UserError } from '../../words/errors.js'

const FILE = 'gate.json'

export interface StoredGate {
  readonly dir: string
  readonly result: GateResult
}

/**
 * The gate that `--resume` names: a folder, the name of one in `out`, or the last one there.
 * @throws UserError when there is none, or it cannot be read.
 */
export async function storedGate(named: string | true, cwd: string, out: string): Promise<StoredGate> {
  if (named === true) {
    const dirs = (await foldersIn(out)).filter((name) => /-gate(-\d+)?$/.test(name)).sort()
    const last = dirs.at(-1)
    const found = last === undefined ? null : await read(join(out, last))
    if (found === null) throw new UserError(`--resume: there is no gate in ${out}; name its folder`)
    return found
  }
  const dirs = [resolve(cwd, named), join(out, named)]
  for (const dir of dirs) {
    const found = await read(dir)
    if (found !== null) return found
  }
  throw new UserError(`--resume ${named}: there is no ${FILE} in ${dirs.join(' or ')}`)
}

/** Null where the folder has none. */
async function read(dir: string): Promise<StoredGate | null> {
  const { gate, problem } = await readGate(join(dir, FILE))
  if (problem !== null) throw new UserError(problem)
  return gate && { dir, result: gate }
}

async function foldersIn(out: string): Promise<string[]> {
  try {
    return await readdir(out)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new UserError(`${out}: cannot be read (${codeOf(error)})`, undefined, { cause: error })
  }
}
