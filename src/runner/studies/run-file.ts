import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../model/run/run.js'
import type { CapacityResult } from '../../model/studies/capacity.js'
import type { GateResult } from '../../model/studies/gate.js'
import type { Ladder } from '../../model/studies/ladder.js'
import type { TuneResult } from '../../model/studies/tune.js'
import { codeOf, UserError } from '../../words/errors.js'

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
 * Makes the run's folder; a run that started in the same second has taken the name, so a number is put behind it.
 * @throws UserError when it cannot be made there
 */
export async function makeRunFolder(outDir: string, id: string): Promise<{ id: string; dir: string }> {
  try {
    await mkdir(outDir, { recursive: true })
    return await makeFolder(outDir, id)
  } catch (error) {
    throw new UserError(
      `${outDir}: results cannot be written there (${codeOf(error)}); name another folder with --out`,
    )
  }
}

async function makeFolder(outDir: string, id: string): Promise<{ id: string; dir: string }> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? id : `${id}-${n}`
    const dir = join(outDir, name)
    try {
      await mkdir(dir)
      await mkdir(join(dir, 'logs'))
      return { id: name, dir }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

export async function writeRun(dir: string, run: Run): Promise<string> {
  return await replaceFile(join(dir, 'run.json'), run)
}

export async function writeGate(dir: string, result: GateResult): Promise<string> {
  return await replaceFile(join(dir, 'gate.json'), result)
}

export async function writeCapacity(dir: string, result: CapacityResult): Promise<string> {
  return await replaceFile(join(dir, 'capacity.json'), result)
}

export async function writeLadder(dir: string, result: Ladder): Promise<string> {
  return await replaceFile(join(dir, 'ladder.json'), result)
}

export async function writeTune(dir: string, result: TuneResult): Promise<string> {
  return await replaceFile(join(dir, 'tune.json'), result)
}

/** In one step: a reader, or a crash, sees the old file or the new one and never half of it. */
async function replaceFile(file: string, value: unknown): Promise<string> {
  await writeFile(`${file}.tmp`, `${JSON.stringify(value, null, 1)}\n`, { flush: true })
  await rename(`${file}.tmp`, file)
  return file
}
