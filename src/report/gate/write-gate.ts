import { join } from 'node:path'
import type { GateResult } from '../../model/studies/gate.js'
import { replaceFile } from '../../records/replace-file.js'
import { listRecords } from '../../records/results.js'
import { messageOf, UserError } from '../../words/errors.js'
import { gateHtml } from './html-gate.js'

/** The page's name, beside the report's. */
export const GATE_PAGE = 'gate.html'

export interface WrittenGate {
  /** The newest gate, and the path of its page; null where the folder has none. */
  readonly newest: GateResult | null
  readonly file: string | null
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/**
 * Writes `gate.html` into a reports folder: its newest gate, with the others listed.
 * @throws UserError when the folder cannot be read or written to
 */
export async function writeGate(dir: string): Promise<WrittenGate> {
  const { found, problems } = await listRecords('gate', dir)
  const [newest, ...earlier] = found.map(({ record }) => record)
  if (newest === undefined) return { newest: null, file: null, problems }
  try {
    return { newest, file: await replaceFile(join(dir, GATE_PAGE), gateHtml(newest, earlier)), problems }
  } catch (error) {
    throw new UserError(`${dir}: the gate's page cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
