import { join } from 'node:path'
import type { GateResult } from '../../model/studies/gate.js'
import { messageOf, UserError } from '../../words/errors.js'
import { replaceFile } from '../files/replace-file.js'
import { pageName, renderDocPage } from '../render/html.js'
import { gateDoc } from './gate-doc.js'
import { readGates } from './read-gate.js'

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
  try {
    const { gates, problems } = await readGates(dir)
    const [newest, ...earlier] = gates
    if (newest === undefined) return { newest: null, file: null, problems }
    const doc = gateDoc(newest, earlier)
    const file = await replaceFile(join(dir, pageName(doc)), renderDocPage(doc))
    return { newest, file, problems }
  } catch (error) {
    throw new UserError(`${dir}: the gate's page cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}
