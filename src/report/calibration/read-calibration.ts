import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resultProblems } from '../../model/schema/result-problems.js'
import { CALIBRATION_VERSION, Calibration } from '../../model/studies/calibration.js'
import { codeOf, messageOf } from '../../words/errors.js'

/**
 * What `rungs calibrate` wrote into a reports folder last, or null where it never did. A file that cannot be used
 * costs the section on the instrument's error, not the report: `problem` says why, in one line.
 */
export async function readCalibration(
  dir: string,
): Promise<{ calibration: Calibration | null; problem: string | null }> {
  const file = join(dir, 'calibration.json')
  const leftOut = (why: string) => ({
    calibration: null,
    problem: `left out: ${file}: ${why}; calibrate again (rungs calibrate), or remove the file`,
  })
  try {
    const text = await readFile(file, 'utf8')
    if (text.trim() === '') return leftOut('is empty')
    const value: unknown = JSON.parse(text)
    const [first] = await resultProblems(Calibration, CALIBRATION_VERSION, value, 'calibration')
    return first === undefined ? { calibration: value as Calibration, problem: null } : leftOut(first)
  } catch (error) {
    const none = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
    return none ? { calibration: null, problem: null } : leftOut(reasonOf(error))
  }
}

/** JSON errors quote the file, line breaks included. */
function reasonOf(error: unknown): string {
  const text = messageOf(error).replace(/\s+/g, ' ').slice(0, 200)
  return error instanceof SyntaxError ? `is cut off or not JSON: ${text}` : `cannot be read: ${text}`
}
