import type { Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'

/** No server answers a request in less CPU time, in µs: reading it and writing the answer takes about as long. */
const LEAST_US = 2

/** As long as a tick of the kernel's clock, in which CPU time is counted, says nothing yet. */
const ENOUGH_REQUESTS = 1_000

/**
 * What was seen of a level whose own processes did next to nothing for the requests that were answered: others do its work,
 * such as containers that a daemon started. Their CPU time is then not known, and not foreign to the load either.
 */
export function tellElsewhere(
  server: ServerTruth,
  { counts, open }: Pick<Sample, 'counts' | 'open'>,
  warn: (text: string) => void,
): ServerTruth {
  const answered = counts.ok + counts.badStatus + counts.badBody
  const own = server.usage.filter(({ role }) => role !== 'service')
  if (own.length === 0 || answered < ENOUGH_REQUESTS) return server
  const each = own.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / answered
  if (each >= LEAST_US) return server
  // Said once for a cell.
  if (!open) {
    warn(
      `the level's own processes used ${each.toFixed(1)} µs of CPU a request, so others do its work, such as containers: mark it "elsewhere" and name them by the control "processes" (docs/configuration.md); until then their CPU is not known, nor whether others disturbed them`,
    )
  }
  return { ...server, othersShare: null, elsewhere: true }
}
