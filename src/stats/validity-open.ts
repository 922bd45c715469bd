import type { ServerTruth, Validity } from '../model/run.js'
import type { OpenFacts, Sample } from '../model/sample.js'
import type { OpenSummary } from './summarize-open.js'
import {
  disagreesWithServer,
  generatorCpu,
  grouped,
  lateLoop,
  milliseconds,
  noData,
  type Problem,
  percent,
  stolen,
  unreconciled,
  verdictOf,
} from './validity.js'

/** Share of the schedule that must have been sent, unless the service kept all connections busy. */
export const DELIVERED_LIMIT = 0.99

/** The busiest generator's event loop may be at work this share of the time; beyond, it has no time to be punctual. */
export const UTILISATION_LIMIT = 0.95

/** A generator whose event loop is late by more, in µs (p99), may itself be why connections stay busy. */
const PUNCTUAL_US = 20_000

/** Send lags up to this, in µs, are no evidence: a process that shares its core with anything wakes that late. */
const LAG_FLOOR_US = 2_000

type OpenSample = Sample & { readonly open: OpenFacts }

/**
 * Whether a conclusion may be drawn from an open-loop measurement. The state is the gravest problem's; the evidence
 * tells all of them, the gravest first. A valid one has evidence only where the service was overloaded: it kept all
 * allowed connections busy, so that requests waited for one. That is the service's doing, and its latency is as told.
 * @throws Error when the sample is not an open loop's
 */
export function judgeOpen(
  sample: Sample,
  summary: OpenSummary,
  server: Pick<ServerTruth, 'workers' | 'stealShare'> | null,
): Validity {
  const { open } = sample
  if (!open) throw new Error(`a sample of ${sample.engine} has no open-loop facts`)
  const full: OpenSample = { ...sample, open }
  const overload = overloadOf(full, summary)
  const problems = [
    ...noData(full),
    ...scheduleLost(full),
    ...unreconciled(full),
    ...(server ? disagreesWithServer(full, server.workers, open.peakConnections) : []),
    ...generatorCpu(full),
    ...neverIdle(full),
    ...lateLoop(full, summary.latency.p99Us),
    ...(overload === null ? sentLate(full, summary) : []),
    ...(server ? stolen(server.stealShare) : []),
  ]
  const verdict = verdictOf(problems)
  return verdict.state === 'valid' && overload !== null ? { ...verdict, evidence: [overload] } : verdict
}

function neverIdle({ generator, engine }: Sample): Problem[] {
  const busy = generator.loopUtilisation
  if (engine === 'fake' || busy === undefined || busy <= UTILISATION_LIMIT) return []
  const evidence = `the busiest load generator was at work ${percent(busy)} of the time (limit ${percent(UTILISATION_LIMIT)}): give it more generators, more CPU or a lower rate`
  return [{ state: 'generator-bound', evidence }]
}

function scheduleLost({ counts, open: { scheduled, unsent } }: OpenSample): Problem[] {
  if (scheduled === counts.sent + unsent) return []
  const evidence = `${grouped(scheduled)} requests were scheduled, but ${grouped(counts.sent)} were sent and ${grouped(unsent)} were not`
  return [{ state: 'unreconciled', evidence }]
}

/**
 * What the service did to the schedule, or null where it did nothing. All connections can be busy through the service
 * alone only if some request held its connection until the arrivals behind it had taken the others (Little's law, at
 * the highest rate); half of that is asked for, since random arrivals bunch.
 */
function overloadOf(
  { open, intervals, durationUs, generator }: OpenSample,
  { service }: OpenSummary,
): string | null {
  if (generator.loopDelayP99Us > PUNCTUAL_US) return null
  if (open.peakConnections < open.maxConnections || service.maxUs === null) return null
  const mean = durationUs > 0 ? open.scheduled / (durationUs / 1e6) : 0
  const rates = intervals.map(({ scheduled = 0, seconds }) => scheduled / Math.max(1, seconds))
  const rate = Math.max(mean, ...rates)
  if ((service.maxUs / 1e6) * rate < open.maxConnections / 2) return null
  const unsent = open.unsent > 0 ? `; ${grouped(open.unsent)} requests could not be sent` : ''
  return `overloaded: the service held all ${grouped(open.maxConnections)} connections, taking up to ${milliseconds(service.maxUs)} an answer at up to ${grouped(rate)} requests/s${unsent}`
}

/** The schedule was not kept although connections were to be had: then the generator was too slow. */
function sentLate({ counts, open, engine }: OpenSample, { lagP99Us, latency }: OpenSummary): Problem[] {
  if (engine === 'fake') return []
  const problems: Problem[] = []
  if (counts.sent < open.scheduled * DELIVERED_LIMIT) {
    const evidence = `${percent(counts.sent / open.scheduled)} of ${grouped(open.scheduled)} scheduled requests were sent (limit ${percent(DELIVERED_LIMIT)}): give it more generators or a lower rate`
    problems.push({ state: 'generator-bound', evidence })
  }
  const bound = Math.max(latency.p50Us ?? 0, LAG_FLOOR_US)
  if (lagP99Us !== null && lagP99Us > bound) {
    const evidence = `requests were sent ${milliseconds(lagP99Us)} late (p99; limit ${milliseconds(bound)}): give it more generators or a lower rate`
    problems.push({ state: 'generator-bound', evidence })
  }
  return problems
}
