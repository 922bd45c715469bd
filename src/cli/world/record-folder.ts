import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { KindedRecord } from '../../records/kinds.js'
import { makeRunFolder, writeOf } from '../../records/write-record.js'
import { UserError } from '../../words/errors.js'
import { holding } from './hold-folder.js'
import { makeResultsFolder } from './results-folder.js'

/** Where a record begins, or goes on. */
export interface Begun<R> {
  readonly dir: string
  readonly record: R
  /** Keeps the record, in one step. */
  save(record: R): Promise<void>
}

export interface RecordPlan<R extends KindedRecord> {
  /** The folder for results. */
  readonly out: string
  /** Folders in the record's, as `makeRunFolder` takes them. */
  readonly inside?: readonly string[]
  /** The record as it begins. */
  readonly planned: R
  /** What is resumed; its record is null where it was lost before anything was measured. */
  readonly stored: { readonly dir: string; readonly record: R | null } | null
  /** The name of its file. */
  readonly file: string
  /** Why a stored record cannot be continued by the planned one, a line each. */
  differences(stored: R, planned: R): readonly string[]
  /** Whether a record holds nothing worth keeping. */
  isEmpty(record: R): boolean
}

/**
 * Measures into a folder of its own, or into that of a record that goes on; no other process does meanwhile. A folder in
 * which nothing was measured goes where `use` throws what a user should know.
 * @throws UserError where another process measures into it, or what is stored cannot be continued
 */
export async function inRecordFolder<R extends KindedRecord, Result>(
  plan: RecordPlan<R>,
  use: (begun: Begun<R>) => Promise<Result>,
): Promise<{ result: Result; dir: string }> {
  const { dir, record } = plan.stored ? goingOn(plan.stored, plan) : await beginning(plan)
  let isEmpty = plan.isEmpty(record)
  const save = async (now: R): Promise<void> => {
    isEmpty = plan.isEmpty(now)
    await writeOf(plan, dir, now)
  }
  try {
    return { result: await holding(dir, () => use({ dir, record, save })), dir }
  } catch (error) {
    if (error instanceof UserError && isEmpty) await rm(dir, { recursive: true, force: true })
    throw error
  }
}

async function beginning<R extends KindedRecord>({ out, planned, inside }: RecordPlan<R>) {
  const { id, dir } = await makeRunFolder(await makeResultsFolder(out), planned.id, inside)
  return { dir, record: { ...planned, id } }
}

/** @throws UserError where what was stored cannot be continued by what is planned now */
function goingOn<R extends KindedRecord>(
  { dir, record: stored }: NonNullable<RecordPlan<R>['stored']>,
  { planned, differences }: RecordPlan<R>,
): { dir: string; record: R } {
  if (stored === null) return { dir, record: { ...planned, id: basename(dir) } }
  const problems = differences(stored, planned)
  if (problems.length > 0) throw new UserError(problems)
  const since = `resumed at ${planned.startedAt}: what was measured before was measured earlier, and the machine may have changed since`
  const warnings = [...new Set([...stored.warnings, ...planned.warnings, since])]
  return { dir, record: { ...stored, warnings } }
}
