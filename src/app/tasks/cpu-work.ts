import { createHash } from 'node:crypto'
import { generateReport } from './report-work.js'
import type { ReportArgs, UploadArgs } from './task-catalog.js'

const CHUNK = 1_048_576

/** CPU-heavy tasks: functions of their arguments alone, so that running one twice gives the same and harms nobody. */
export const CPU_WORK: Readonly<Record<string, (args: never) => unknown>> = {
  generate_report: ({ rows = 100_000, seed = 1 }: ReportArgs) => generateReport({ rows, seed }),
  process_upload: ({ bytes, seed = 0 }: UploadArgs) => {
    const hash = createHash('sha256')
    const chunk = Buffer.alloc(Math.min(CHUNK, bytes), seed)
    for (let left = bytes; left > 0; left -= chunk.length) hash.update(chunk.subarray(0, left))
    return { bytes, sha256: hash.digest('hex') }
  },
}
