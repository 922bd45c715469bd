import { join } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import type { RecordKind } from '../../model/run/record.js'
import { KINDS, type RecordOf } from '../../records/kinds.js'
import { readRecord } from '../../records/read-record.js'
import { UserError } from '../../words/errors.js'
import { gateDoc } from '../gate/gate-doc.js'
import { capacityDoc } from '../search/capacity-doc.js'
import { tuneDoc } from '../search/tune-doc.js'

/** Results other than runs that have a document of their own. */
const DOCUMENTS: readonly (readonly [RecordKind, (record: never) => Doc])[] = [
  ['capacity', (record: RecordOf<'capacity'>) => capacityDoc(record)],
  ['tune', (record: RecordOf<'tune'>) => tuneDoc(record)],
  ['gate', (record: RecordOf<'gate'>) => gateDoc(record)],
]

/**
 * The document of the first of these folders that holds another result than a run, and which that is; null without any.
 * @throws UserError where the result cannot be used
 */
export async function otherResult(
  folders: readonly string[],
): Promise<{ readonly doc: Doc; readonly dir: string } | null> {
  for (const dir of folders) {
    for (const [kind, docOf] of DOCUMENTS) {
      const { record, problem } = await readRecord(join(dir, KINDS[kind].file), kind)
      if (problem !== null) throw new UserError(problem)
      if (record !== null) return { doc: docOf(record as never), dir }
    }
  }
  return null
}
