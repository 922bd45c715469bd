import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, UserError } from '../words/errors.js'
import { KINDS, type Kind, type KindedRecord, type RecordKind, type RecordOf } from './kinds.js'
import { replaceFile } from './replace-file.js'

/** `2026-01-31T09-05-07-level-0-2`: sorts by time, is a legal file name everywhere. */
export function runId(startedAt: Date, slug: string): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-')
  const tail = slug
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .toLowerCase()
  return tail ? `${time}-${tail}` : time
}

/**
 * Makes a record's folder; one that began in the same second has taken the name, so a number is put behind it.
 * @param inside folders in it, for the logs of what is booted unless given
 * @throws UserError when it cannot be made there
 */
export async function makeRunFolder(
  outDir: string,
  id: string,
  inside: readonly string[] = ['logs'],
): Promise<{ id: string; dir: string }> {
  try {
    await mkdir(outDir, { recursive: true })
    return await makeFolder(outDir, id, inside)
  } catch (error) {
    throw new UserError(
      `${outDir}: results cannot be written there (${codeOf(error)}); name another folder with --out`,
    )
  }
}

async function makeFolder(outDir: string, id: string, inside: readonly string[]) {
  for (let n = 1; ; n++) {
    const name = n === 1 ? id : `${id}-${n}`
    const dir = join(outDir, name)
    try {
      await mkdir(dir)
      for (const folder of inside) await mkdir(join(dir, folder))
      return { id: name, dir }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

/** Writes the result file of a record into its folder, in one step. Returns its path. */
export async function writeRecord(dir: string, record: RecordOf<RecordKind>): Promise<string> {
  return await writeOf(KINDS[record.kind], dir, record)
}

/** Writes the result file of a record of any kind, as `writeRecord`. */
export async function writeOf<R extends KindedRecord>(
  { file }: Pick<Kind<R>, 'file'>,
  dir: string,
  record: R,
): Promise<string> {
  return await replaceFile(join(dir, file), `${JSON.stringify(record, null, 1)}\n`, true)
}
