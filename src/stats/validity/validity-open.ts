import type { Validity } from '../../model/run/outcome.js'
import type { OpenFacts, Sample } from '../../model/run/sample.js'
import { grouped, milliseconds, percent } from '../../words/in-sentences.js'
import type { OpenSummary } from './summarize-open.js'
import {
  busyMachine,
  disagreesWithServer,
  generatorCpu,
  lockedOut,
  neverIdle,
  noData,
  type Surroundings,
  unreconciled,
  verdictOf,
} from './validity.js'
import { errorsBegan, generatorLimits, limitedCount } from './validity-errors.js'
import { INSTRUMENT_US, type Problem } from './validity-words.js'

/** Share of the schedule that must have been sent, unless the service kept all connections busy. */
export const DELIVERED_LIMIT = 0.99

/** The generator's own lateness (p99) may be this share of the latency's p99: beyond, most of that may be its own. */
export const OWN_LAG_SHARE = 0.5

type OpenSample = Sample & { readonly open: OpenFacts }

/**
 * Whether a conclusion may be drawn from an open-loop measurement. The state is the gravest problem's; the evidence
 * tells all of them, the gravest first. A valid one has evidence only where the service kept all allowed connections
 * busy, so that requests waited for one. That is the service's doing, and its latency is as told.
 * @param isEven whether the rate is the same all the time: where it grows, errors begin for that
 * @throws Error when the sample is not an open loop's
 */
export function judgeOpen(
  sample: Sample,
  summary: OpenSummary,
  server: Surroundings | null,
  isEven = true,
): Validity {
  const { open } = sample
  if (!open) throw new Error(`a sample of ${sample.engine} has no open-loop facts`)
  const full: OpenSample = { ...sample, open }
  const late = ownLateness(full, summary)
  const crowding = late.length > 0 ? null : crowdingOf(full, summary.service)
  const limits = generatorLimits(full)
  const problems = [
    ...limits,
    ...lockedOut(full),
    ...noData(full),
    ...scheduleLost(full),
    ...unreconciled(full),
    ...(server ? disagreesWithServer(full, server.workers, open.peakConnections) : []),
    ...busyMachine(full, server),
    ...generatorCpu(full),
    ...neverIdle(full),
    ...late,
    ...(crowding === null && limits.length === 0 ? notDelivered(full) : []),
    ...(isEven ? errorsBegan(full) : []),
  ]
  const verdict = verdictOf(problems)
  return verdict.state === 'valid' && crowding !== null ? { ...verdict, evidence: [crowding.text] } : verdict
}

function scheduleLost(sample: OpenSample): Problem[] {
  const { counts } = sample
  const { scheduled, unsent } = sample.open
  if (scheduled === counts.sent + unsent + limitedCount(sample)) return []
  const evidence = `${grouped(scheduled)} requests were scheduled, but ${grouped(counts.sent)} were sent and ${grouped(unsent)} were not`
  return [{ state: 'unreconciled', evidence }]
}

/** The service kept all allowed connections busy. */
export interface Crowding {
  /** Not just for a time: requests were left unsent, or answers fell short of arrivals (see `fellBehind`). */
  readonly isOverload: boolean
  readonly text: string
}

/**
 * What the service did to the schedule, or null where it did nothing. All connections can be busy through the service
 * alone only if some request held its connection until the arrivals behind it had taken the others (Little's law, at
 * the highest rate); half of that is asked for, since random arrivals bunch.
 */
export function crowdingOf(sample: Sample, service: OpenSummary['service']): Crowding | null {
  const { open, intervals, durationUs } = sample
  if (!open || open.peakConnections < open.maxConnections || service.maxUs === null) return null
  const mean = durationUs > 0 ? open.scheduled / (durationUs / 1e6) : 0
  const rates = intervals.map(({ scheduled = 0, seconds }) => scheduled / Math.max(1, seconds))
  const rate = Math.max(mean, ...rates)
  if ((service.maxUs / 1e6) * rate < open.maxConnections / 2) return null
  const how = `the service held all ${grouped(open.maxConnections)} connections, taking up to ${milliseconds(service.maxUs)} an answer at up to ${grouped(rate)} requests/s`
  const isOverload = open.unsent > 0 || fellBehind(sample)
  const unsent = open.unsent > 0 ? `; ${grouped(open.unsent)} requests could not be sent` : ''
  return { isOverload, text: isOverload ? `overloaded: ${how}${unsent}` : `for a time ${how}` }
}

/**
 * Whether answers came more slowly than requests, and not just for a time: of some second's requests half or more were
 * answered only when the schedule was over, and later than a second after they were to be sent. Both follow when the
 * second's median latency is longer than a second and than what was left of the schedule when the second began.
 */
function fellBehind({ intervals, durationUs }: Sample): boolean {
  return intervals.some(
    ({ atSeconds, p50Us }) => p50Us !== null && p50Us > Math.max(1e6, durationUs - atSeconds * 1e6),
  )
}

/** The generator came to its requests too late for the latency that it measured. */
function ownLateness({ engine }: OpenSample, { ownLagP99Us, latency }: OpenSummary): Problem[] {
  if (engine === 'fake' || ownLagP99Us === null) return []
  // Of few requests there is no p99, and both are about the longest.
  const longUs = latency.p99Us ?? latency.maxUs
  if (longUs === null) return []
  if (ownLagP99Us <= Math.max(INSTRUMENT_US, OWN_LAG_SHARE * longUs)) return []
  const evidence = `the load generator came to its requests ${milliseconds(ownLagP99Us)} late (p99), more than ${percent(OWN_LAG_SHARE)} of the ${milliseconds(longUs)} it measured: give it more generators, more CPU or a lower rate`
  return [{ state: 'generator-bound', evidence }]
}

/** Requests were left unsent although connections were to be had. */
function notDelivered({ counts, open, engine }: OpenSample): Problem[] {
  if (engine === 'fake' || counts.sent >= open.scheduled * DELIVERED_LIMIT) return []
  const evidence = `${percent(counts.sent / open.scheduled)} of ${grouped(open.scheduled)} scheduled requests were sent (limit ${percent(DELIVERED_LIMIT)}): give it more generators or a lower rate`
  return [{ state: 'generator-bound', evidence }]
}
