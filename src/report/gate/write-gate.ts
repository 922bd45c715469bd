import type { GateResult } from '../../model/studies/gate.js'
import { KINDS } from '../../records/kinds.js'
import { listRecords } from '../../records/results.js'
import { messageOf, UserError } from '../../words/errors.js'
import { writeDoc } from '../render/write-doc.js'
import { gateDoc } from './gate-doc.js'

export interface WrittenGate {
  /** The newest gate; null where the folder has none. */
  readonly newest: GateResult | null
  readonly files: readonly string[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/**
 * Writes the newest gate of a reports folder into it, with the others listed.
 * @throws UserError when the folder cannot be read or written to
 */
export async function writeGate(dir: string, formats: readonly string[]): Promise<WrittenGate> {
  const { found, problems } = await listRecords(KINDS.gate, dir)
  const [newest, ...earlier] = found.map(({ record }) => record)
  if (newest === undefined) return { newest: null, files: [], problems }
  try {
    return { newest, files: await writeDoc(dir, gateDoc(newest, earlier), formats), problems }
  } catch (error) {
    throw new UserError(`${dir}: the gate's page cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
