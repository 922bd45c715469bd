import { join } from 'node:path'
import { byStart } from '../../model/run/record.js'
import type { Calibration } from '../../model/studies/calibration.js'
import { KINDS } from '../../records/kinds.js'
import { readRecord } from '../../records/read-record.js'
import { LEFT_OUT, listRecords } from '../../records/results.js'

/**
 * The newest completed calibration of a results folder, or null, and a line for each file that cannot be used. Files of before
 * 2026-12-01 lie in the results folder itself.
 */
export async function newestCalibration(
  outDir: string,
): Promise<{ readonly record: Calibration | null; readonly problems: readonly string[] }> {
  const { found, problems } = await listRecords(KINDS.calibrate, outDir)
  const old = await readRecord(join(outDir, KINDS.calibrate.file), KINDS.calibrate)
  const all = [...found.map(({ record }) => record), ...(old.record ? [old.record] : [])]
  const [newest = null] = all.filter(({ state }) => state === 'completed').sort((a, b) => byStart(b, a))
  return { record: newest, problems: [...problems, ...(old.problem ? [LEFT_OUT + old.problem] : [])] }
}
