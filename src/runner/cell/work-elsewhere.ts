import type { Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'

/** No server answers a request in less CPU time, in µs: reading it and writing the answer takes about as long. */
const LEAST_US = 2

/** As long as a tick of the kernel's clock, in which CPU time is counted, says nothing yet. */
const ENOUGH_REQUESTS = 1_000

/**
 * What was seen of a level whose work others do, such as containers that a daemon started: none of its own processes
 * listens where it was asked, or they did next to nothing for the requests that were answered. The CPU time of those others
 * is then not known, and not foreign to the load either.
 */
export function tellElsewhere(
  server: ServerTruth,
  sample: Pick<Sample, 'counts' | 'open'>,
  warn: (text: string) => void,
): ServerTruth {
  const why = server.elsewhere
    ? "none of the level's own processes listens at its port"
    : idleText(server, sample)
  if (why === null) return server
  // Said once for a cell.
  if (!sample.open) {
    warn(
      `${why}, so others do its work, such as containers: mark it "elsewhere" and name them by the control "processes" (docs/configuration.md); until then their CPU is not known, nor whether others disturbed them`,
    )
  }
  return { ...server, othersShare: null, elsewhere: true }
}

function idleText(server: ServerTruth, { counts }: Pick<Sample, 'counts'>): string | null {
  const answered = counts.ok + counts.badStatus + counts.badBody
  const own = server.usage.filter(({ role }) => role !== 'service')
  if (own.length === 0 || answered < ENOUGH_REQUESTS) return null
  const each = own.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / answered
  return each < LEAST_US ? `the level's own processes used ${each.toFixed(1)} µs of CPU a request` : null
}
