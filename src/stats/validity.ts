import type { Cell, CompletedOutcome, ServerTruth, Summary, Validity } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import { relativeSpread } from './intervals.js'

/** The busiest generator process may use this share of its core; above it, it may be what limits the figure. */
export const GENERATOR_CPU_LIMIT = 0.9

/**
 * The busiest generator's event loop may be at work this share of the time. Beyond, it is what limits the figure, even
 * when it uses less of its core: then it does not get it.
 */
export const UTILISATION_LIMIT = 0.95

/**
 * Event-loop delays of a closed loop below this, in µs, are no evidence: they are a percentile of time, its latency is
 * one of requests, of which few are sent while it is held up. What it measures is throughput, which suffers only when
 * the generator is truly starved.
 */
const LOOP_DELAY_FLOOR_US = 50_000

/** Share of the machine's CPU time that the hypervisor may give to others. */
export const STEAL_LIMIT = 0.05

/** Repeats of a cell may lie this far apart: (largest − smallest) ÷ median of their throughput. */
export const SPREAD_LIMIT = 0.2

export type Problem = { readonly state: Exclude<Validity['state'], 'valid'>; readonly evidence: string }

/**
 * Whether a conclusion may be drawn from a measurement. The state is the gravest problem's; the evidence tells all of
 * them, the gravest first, and is empty for a valid one.
 * @param connections how many were open at most: so many requests may be in flight at each end of the measurement
 */
export function judge(
  sample: Sample,
  summary: Summary,
  server: Pick<ServerTruth, 'workers' | 'stealShare'> | null,
  connections: number,
): Validity {
  const problems = [
    ...noData(sample),
    ...unreconciled(sample),
    ...(server ? disagreesWithServer(sample, server.workers, connections) : []),
    ...generatorCpu(sample),
    ...neverIdle(sample),
    ...lateLoop(sample, summary.p99Us),
    ...(server ? stolen(server.stealShare) : []),
  ]
  return verdictOf(problems)
}

/** @param problems the gravest first */
export function verdictOf(problems: readonly Problem[]): Validity {
  return { state: problems[0]?.state ?? 'valid', evidence: problems.map(({ evidence }) => evidence) }
}

export function noData({ counts, errors, durationUs }: Sample): Problem[] {
  if (counts.ok > 0) return []
  const what = errors.slice(0, 3).map(({ what, count }) => `${grouped(count)} × ${what}`)
  if (counts.unfinished > 0) what.push(`${grouped(counts.unfinished)} × unfinished`)
  const instead = what.length > 0 ? `: ${what.join(', ')}` : ''
  const evidence =
    counts.sent === 0
      ? `nothing was sent in ${(durationUs / 1e6).toFixed(1)} s${instead}`
      : `0 of ${grouped(counts.sent)} answers were as expected${instead}`
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

/** @param p99Us of what the generator measured */
function lateLoop({ generator, engine }: Sample, p99Us: number | null): Problem[] {
  const delay = generator.loopDelayP99Us
  if (engine === 'fake' || p99Us === null || delay <= p99Us || delay <= LOOP_DELAY_FLOOR_US) return []
  const evidence = `the load generator's event loop was late by ${milliseconds(delay)} (p99), more than the ${milliseconds(p99Us)} it measured`
  return [{ state: 'generator-bound', evidence }]
}

export function stolen(stealShare: number | null): Problem[] {
  if (stealShare === null || stealShare <= STEAL_LIMIT) return []
  const evidence = `other guests of the host took ${percent(stealShare)} of the CPU time (limit ${percent(STEAL_LIMIT)})`
  return [{ state: 'noisy', evidence }]
}

/** What is wrong with the repeats of one cell taken together, or null: their throughput lies too far apart. */
export function noiseOf(throughputs: readonly number[]): string | null {
  const spread = relativeSpread(throughputs)
  if (spread === null || spread <= SPREAD_LIMIT) return null
  const range = `${grouped(Math.min(...throughputs))} to ${grouped(Math.max(...throughputs))}/s`
  return `its ${throughputs.length} repeats lie ${percent(spread)} apart: ${range} (limit ${percent(SPREAD_LIMIT)})`
}

/** The cells, those valid ones marked `noisy` whose valid repeats lie too far apart. */
export function judgeRepeats(cells: readonly Cell[]): Cell[] {
  const repeats = new Map<string, CompletedOutcome[]>()
  const keyOf = ({ level, scenario }: Cell) => JSON.stringify([level, scenario])
  for (const cell of cells) {
    const { outcome } = cell
    if (outcome.state !== 'completed' || outcome.validity.state !== 'valid') continue
    const group = repeats.get(keyOf(cell))
    if (group) group.push(outcome)
    else repeats.set(keyOf(cell), [outcome])
  }
  return cells.map((cell) => {
    const { outcome } = cell
    if (outcome.state !== 'completed' || outcome.validity.state !== 'valid') return cell
    const noise = noiseOf((repeats.get(keyOf(cell)) ?? []).map(({ summary }) => summary.throughput))
    if (noise === null) return cell
    return { ...cell, outcome: { ...outcome, validity: { state: 'noisy', evidence: [noise] } } }
  })
}

export const grouped = (n: number) => Math.round(n).toLocaleString('en')
export const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`
export const milliseconds = (us: number) => `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`
