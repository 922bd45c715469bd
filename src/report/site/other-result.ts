import { join } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import { UserError } from '../../words/errors.js'
import { gateDoc } from '../gate/gate-doc.js'
import { readGate } from '../gate/read-gate.js'
import { capacityDoc } from '../search/capacity-doc.js'
import { readCapacity, readTuning } from '../search/read-searches.js'
import { tuneDoc } from '../search/tune-doc.js'

/**
 * The document of the first of these folders that holds another result than a run, and which that is; null without any.
 * @throws UserError where the result cannot be used
 */
export async function otherResult(
  folders: readonly string[],
): Promise<{ readonly doc: Doc; readonly dir: string } | null> {
  for (const dir of folders) {
    const [capacity, tuning] = [await readCapacity(dir), await readTuning(dir)]
    const { gate, problem } = await readGate(join(dir, 'gate.json'))
    const unusable = [capacity, tuning, problem].find((read) => typeof read === 'string')
    if (typeof unusable === 'string') throw new UserError(unusable)
    if (capacity && typeof capacity !== 'string') return { doc: capacityDoc(capacity), dir }
    if (tuning && typeof tuning !== 'string') return { doc: tuneDoc(tuning), dir }
    if (gate) return { doc: gateDoc(gate), dir }
  }
  return null
}
