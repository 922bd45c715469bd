import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, ownProcess, type ProcessRef } from '../../launch/lease/processes.js'
import { parsedJson } from '../../records/read-record.js'
import { codeOf, UserError } from '../../words/errors.js'
import { shortPath } from '../../words/short-path.js'

const HOLDER = '.measuring'

/**
 * Marks a result folder as being measured into, for as long as `use` takes. The mark of a process that is gone counts for
 * nothing.
 * @throws UserError where another process measures into it
 */
export async function holding<T>(dir: string, use: () => Promise<T>): Promise<T> {
  const file = join(dir, HOLDER)
  const holder = await holderOf(file)
  if (holder !== null && isAlive(holder))
    throw new UserError(
      `${shortPath(dir)}: process ${holder.pid} is measuring into it; wait until it has ended, or end it`,
    )
  await rm(file, { force: true })
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(JSON.stringify(ownProcess()))
  } finally {
    await handle.close()
  }
  try {
    return await use()
  } finally {
    await rm(file, { force: true })
  }
}

async function holderOf(file: string): Promise<ProcessRef | null> {
  try {
    return parsedJson(await readFile(file, 'utf8')).value as ProcessRef | null
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
