import type { Summary, Validity } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'
import { grouped, milliseconds, percent, seconds } from '../../words/in-sentences.js'
import { errorsText } from './errors-text.js'
import { lockedOutAdvice } from './log-ins.js'
import { refusalsOf } from './refusals.js'
import { errorsBegan, generatorLimits } from './validity-errors.js'
import type { Problem } from './validity-words.js'

/** The busiest generator process may use this share of its core; above it, it may be what limits the figure. */
export const GENERATOR_CPU_LIMIT = 0.9

/**
 * The busiest generator's event loop may be at work this share of the time. Beyond, it is what limits the figure, even
 * when it uses less of its core: then it does not get it.
 */
export const UTILISATION_LIMIT = 0.95

/**
 * Share of the time in which a generator may be ready to run and have no core. Meanwhile answers wait for it, and in an
 * open loop that is read as the service's time; a closed loop sends so much less.
 */
export const WAIT_LIMIT = { 'open-loop': 0.1, 'closed-loop': 0.2 }

/**
 * Event-loop delays of a closed loop below this, in µs, are no evidence: they are a percentile of time, its latency is
 * one of requests, of which few are sent while it is held up. What it measures is throughput, which suffers only when
 * the generator is truly starved.
 */
const LOOP_DELAY_FLOOR_US = 50_000

/** Share of the machine's CPU time that the hypervisor may give to others. */
export const STEAL_LIMIT = 0.05

/**
 * Share of the machine's CPU time that processes may take which are no part of the measurement. Chosen, not calibrated:
 * at 0.15 a machine of two cores lacks a third of one of them, which moves a throughput about as far as repeats may lie
 * apart; and what a process uses after the last look at it counts as foreign, so that the limit must leave some room.
 */
export const OTHERS_LIMIT = 0.15

/** What is seen of the server that tells whether a measurement may be believed. */
export type Surroundings = Pick<ServerTruth, 'workers' | 'stealShare' | 'othersShare'>

/**
 * Whether a conclusion may be drawn from a measurement. The state is the gravest problem's; the evidence tells all of
 * them, the gravest first, and is empty for a valid one.
 * @param connections how many were open at most: so many requests may be in flight at each end of the measurement
 */
export function judge(
  sample: Sample,
  summary: Summary,
  server: Surroundings | null,
  connections: number,
): Validity {
  const problems = [
    ...generatorLimits(sample),
    ...lockedOut(sample),
    ...noData(sample),
    ...unreconciled(sample),
    ...(server ? disagreesWithServer(sample, server.workers, connections) : []),
    ...busyMachine(sample, server),
    // What refuses most requests was offered far more than it takes: the generator does not limit it.
    ...(refusalsOf(sample) === null ? generatorBusy(sample, summary.p99Us ?? summary.maxUs) : []),
    ...errorsBegan(sample),
  ]
  return verdictOf(problems)
}

/** The load generator did all that it could. @param longUs p99 of what it measured, or the maximum of few */
function generatorBusy(sample: Sample, longUs: number | null): Problem[] {
  return [...generatorCpu(sample), ...neverIdle(sample), ...lateLoop(sample, longUs)]
}

/**
 * Others had the CPU that the service or the generator needed. A generator that lacks it is late and never idle too, so that
 * this goes before what limits a generator by itself.
 */
export function busyMachine(sample: Sample, server: Surroundings | null): Problem[] {
  return [...(server ? disturbed(server) : []), ...hadNoCore(sample)]
}

/** @param problems the gravest first */
export function verdictOf(problems: readonly Problem[]): Validity {
  return { state: problems[0]?.state ?? 'valid', evidence: problems.map(({ evidence }) => evidence) }
}

export function lockedOut(sample: Sample): Problem[] {
  const evidence = lockedOutAdvice(sample)
  return evidence === null ? [] : [{ state: 'locked-out', evidence }]
}

export function noData(sample: Sample): Problem[] {
  const { counts, errors, durationUs, logIns } = sample
  // Why nothing was sent is told already.
  if (counts.ok > 0 || (counts.sent === 0 && logIns?.loggedIn === 0)) return []
  const why = errors.length > 0 ? `: ${errorsText(sample)}` : ''
  const evidence =
    counts.sent === 0
      ? `nothing was sent in ${seconds(durationUs)}${why}`
      : `no answer of ${grouped(counts.sent)} was as expected: ${errorsText(sample)}`
  return [{ state: 'no-data', evidence }]
}

export function unreconciled({ counts }: Sample): Problem[] {
  const { sent, ok, badStatus, badBody, timeout, connectionError, unfinished } = counts
  const accounted = ok + badStatus + badBody + timeout + connectionError + unfinished
  if (accounted === sent) return []
  return [
    {
      state: 'unreconciled',
      evidence: `${grouped(sent)} requests were sent, but ${grouped(accounted)} are accounted for`,
    },
  ]
}

/**
 * The server must have counted every request that was answered and none that was not sent. At each end of the
 * measurement as many as there are connections may fall on the other side of its reading; and a service may count the
 * very requests that ask for its counts. Without a count of every worker there is nothing to compare.
 */
export function disagreesWithServer(
  { counts }: Sample,
  workers: ServerTruth['workers'],
  connections: number,
): Problem[] {
  if (!workers || workers.unknown !== null || workers.changed > 0) return []
  if (workers.shares.length < workers.expected) return []
  const served = workers.shares.reduce((sum, { requests }) => sum + requests, 0)
  const answered = counts.ok + counts.badStatus + counts.badBody
  const askedForCounts = 8 * workers.expected + 8
  if (served < answered - connections) {
    const evidence = `the client has ${grouped(answered)} answers, but the service counted ${grouped(served)} requests`
    return [{ state: 'unreconciled', evidence }]
  }
  if (served > counts.sent + connections + askedForCounts) {
    const evidence = `the client sent ${grouped(counts.sent)} requests, but the service counted ${grouped(served)}`
    return [{ state: 'unreconciled', evidence }]
  }
  return []
}

export function generatorCpu({ generator, engine }: Sample): Problem[] {
  if (engine === 'fake' || generator.cpuShare <= GENERATOR_CPU_LIMIT) return []
  const less = engine === 'open-loop' ? 'a lower rate' : 'fewer connections'
  const evidence = `the busiest load generator used ${percent(generator.cpuShare)} of its core (limit ${percent(GENERATOR_CPU_LIMIT)}): the service may be capable of more; give it more generators or ${less}`
  return [{ state: 'generator-bound', evidence }]
}

export function neverIdle({ generator, engine }: Sample): Problem[] {
  const busy = generator.loopUtilisation
  if (engine === 'fake' || busy === undefined || busy <= UTILISATION_LIMIT) return []
  const less = engine === 'open-loop' ? 'a lower rate' : 'fewer connections'
  const evidence = `the busiest load generator was at work ${percent(busy)} of the time (limit ${percent(UTILISATION_LIMIT)}): give it more generators, more CPU or ${less}`
  return [{ state: 'generator-bound', evidence }]
}

function hadNoCore({ generator, engine }: Sample): Problem[] {
  const waited = generator.waitShare
  if (engine === 'fake' || waited === undefined || waited <= WAIT_LIMIT[engine]) return []
  const evidence = `a load generator had to wait for a core ${percent(waited)} of the time (limit ${percent(WAIT_LIMIT[engine])}): end what else runs there, or give it a core of its own`
  return [{ state: 'machine-busy', evidence }]
}

/** @param longUs p99 of what the generator measured */
function lateLoop({ generator, engine }: Sample, longUs: number | null): Problem[] {
  const delay = generator.loopDelayP99Us
  if (engine === 'fake' || longUs === null || delay <= longUs || delay <= LOOP_DELAY_FLOOR_US) return []
  const evidence = `the load generator's event loop was late by ${milliseconds(delay)} (p99), more than the ${milliseconds(longUs)} it measured`
  return [{ state: 'generator-bound', evidence }]
}

/** Others took CPU time of the machine: guests of its host, or processes that are no part of the measurement. */
export function disturbed({ stealShare, othersShare = null }: Surroundings): Problem[] {
  const problems: Problem[] = []
  const note = (who: string, share: number | null, limit: number) => {
    if (share === null || share <= limit) return
    const evidence = `${who} took ${percent(share)} of the CPU time (limit ${percent(limit)})`
    problems.push({ state: 'machine-busy', evidence })
  }
  note('other guests of the host', stealShare, STEAL_LIMIT)
  note('other processes', othersShare, OTHERS_LIMIT)
  return problems
}
