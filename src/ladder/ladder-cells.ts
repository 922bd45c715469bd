import type { CompletedOutcome, LatencyPhase, Validity } from '../model/run/outcome.js'
import type { Cell, Run, RunLevel } from '../model/run/run.js'
import type { ErrorKind } from '../model/run/sample.js'
import type { ProcessUsage } from '../model/run/server-truth.js'
import { mergeHistograms, percentiles } from '../stats/estimate/histogram.js'
import { type RepeatInterval, repeatInterval, scaled } from '../stats/estimate/repeat-interval.js'
import { tellable, timedRequests } from '../stats/validity/enough.js'
import { mergeErrorKinds } from '../stats/validity/error-kinds.js'

/** Latency of a level at the rate that all levels were measured at. Times in µs. */
export interface EqualLatency {
  readonly rate: number
  /** Of all repeats together. */
  readonly p50Us: number | null
  readonly p99Us: number | null
  /** Each repeat's own. */
  readonly p99: RepeatInterval | null
  /** Requests that failed ÷ those that ended, the highest of the repeats. */
  readonly errorRate: number
  readonly validity: Validity
}

/** What a level with a number of workers showed on a scenario. */
export interface LadderCell {
  readonly info: RunLevel
  readonly scenario: string
  /** Closed loop, requests per second; null where nothing was measured, as `missing` tells. */
  readonly capacity: RepeatInterval | null
  readonly validity: Validity
  /** Capacity ÷ that of `base`, repeat by repeat; null for the base itself, and where either is not valid. */
  readonly speedUp: RepeatInterval | null
  /** Speed-up ÷ how many times as many workers. */
  readonly efficiency: RepeatInterval | null
  /** Key of the level that speed-ups are of: the same with fewest workers, else the lowest level. */
  readonly base: string | null
  readonly latency: EqualLatency | null
  /** Of all phases. */
  readonly errors: readonly ErrorKind[]
  readonly cpuPerRequestUs: RepeatInterval | null
  /** CPU time of its workers ÷ what their quota gave them at capacity, the mean of the repeats; null without a quota. */
  readonly quotaUsed: number | null
  /** CPU time per time at capacity of its workers and of all that they share, in cores, the mean of the repeats. */
  readonly coresUsed: number
  readonly rssPeakBytes: number | null
  /** Requests of the busiest worker ÷ those of a mean one, in each repeat; null where workers do not tell. */
  readonly skew: RepeatInterval | null
  /** The most tasks that its queue held. */
  readonly queued: number | null
  readonly missing: string | null
}

interface Group {
  readonly info: RunLevel
  readonly scenario: string
  readonly cells: readonly Cell[]
}

/** By scenario, then in the order of `infos`. */
export function ladderCells(run: Run, infos: readonly RunLevel[]): LadderCell[] {
  return run.scenarios.flatMap(({ name }) => {
    const groups = infos.flatMap((info): Group[] => {
      const cells = run.cells.filter(({ level, scenario }) => level === info.key && scenario === name)
      return cells.length === 0 ? [] : [{ info, scenario: name, cells }]
    })
    return groups.map((group) => cellOf(group, groups, run.settings.workerCpus ?? null))
  })
}

function cellOf(group: Group, all: readonly Group[], workerCpus: number | null): LadderCell {
  const outcomes = completedOf(group).map(({ outcome }) => outcome)
  const base = baseOf(group, all)
  const speedUp = base && ratioOf(group, base)
  const factor = (base?.info.workers ?? 1) / (group.info.workers ?? 1)
  return {
    info: group.info,
    scenario: group.scenario,
    capacity: repeatInterval(outcomes.map(({ summary }) => summary.throughput)),
    validity: together(outcomes.map(({ validity }) => validity)),
    speedUp,
    efficiency: speedUp && scaled(speedUp, factor),
    base: base?.info.key ?? null,
    latency: latencyOf(outcomes.flatMap(({ latency }) => latency ?? [])),
    errors: mergeErrorKinds(
      outcomes.flatMap(({ sample, latency }) => [sample.errors, latency?.sample.errors ?? []]),
    ),
    cpuPerRequestUs: repeatInterval(outcomes.flatMap(({ summary }) => summary.cpuPerRequestUs ?? [])),
    quotaUsed:
      workerCpus === null || outcomes.length === 0
        ? null
        : coresUsed(outcomes, ({ role }) => role === 'web') / (workerCpus * (group.info.workers ?? 1)),
    coresUsed: coresUsed(outcomes, () => true),
    rssPeakBytes: highest(outcomes.flatMap(({ summary }) => summary.rssPeakBytes ?? [])),
    skew: repeatInterval(outcomes.flatMap((outcome) => skewOf(outcome) ?? [])),
    queued: highest(
      outcomes.flatMap(({ server, latency }) =>
        [server.queue, latency?.server.queue].flatMap((queue) => queue?.depthMax ?? []),
      ),
    ),
    missing: outcomes.length > 0 ? null : missOf(group.cells),
  }
}

function completedOf({ cells }: Group) {
  return cells.flatMap(({ repeat, outcome }) => (outcome.state === 'completed' ? [{ repeat, outcome }] : []))
}

/** The same level with fewest workers, where there are several; else the lowest level. Null where it is itself that. */
function baseOf({ info }: Group, all: readonly Group[]): Group | null {
  const measured = all.filter((one) => completedOf(one).length > 0)
  const isSame = (other: Group) => other.info.number === info.number && other.info.name === info.name
  const least = measured.find(isSame)
  const base = least && least.info.key !== info.key ? least : measured[0]
  return base && base.info.key !== info.key ? base : null
}

/** Repeat by repeat, which were measured close to each other; only where all of both are valid. */
function ratioOf(group: Group, base: Group): RepeatInterval | null {
  const [mine, theirs] = [completedOf(group), completedOf(base)]
  const isValid = [...mine, ...theirs].every(({ outcome }) => outcome.validity.state === 'valid')
  if (!isValid) return null
  return repeatInterval(
    mine.flatMap(({ repeat, outcome }) => {
      const other = theirs.find((one) => one.repeat === repeat)?.outcome.summary.throughput ?? 0
      return other > 0 ? [outcome.summary.throughput / other] : []
    }),
  )
}

function latencyOf(phases: readonly LatencyPhase[]): EqualLatency | null {
  const [first] = phases
  if (!first) return null
  const { count, ...times } = percentiles(mergeHistograms(phases.map(({ sample }) => sample.histogram)))
  const { p50Us, p99Us } = tellable(times, count)
  return {
    rate: first.rate,
    p50Us,
    p99Us,
    p99: repeatInterval(
      phases.flatMap(({ latency, sample }) => tellable(latency, timedRequests(sample)).p99Us ?? []),
    ),
    errorRate: Math.max(...phases.map(({ errorRate }) => errorRate)),
    validity: together(phases.map(({ validity }) => validity)),
  }
}

/** Valid only where all are; else as the first that is not, with what all of those say. */
function together(all: readonly Validity[]): Validity {
  const invalid = all.filter(({ state }) => state !== 'valid')
  const evidence = [...new Set(invalid.flatMap((one) => one.evidence))]
  if (all.length === 0) return { state: 'no-data', evidence }
  const trend = invalid.find((one) => one.trend !== undefined)?.trend
  return { state: invalid[0]?.state ?? 'valid', ...(trend === undefined ? {} : { trend }), evidence }
}

function skewOf({ server: { workers } }: CompletedOutcome): number | null {
  if (!workers || workers.unknown !== null || workers.expected < 2) return null
  const counts = workers.shares.map(({ requests }) => requests)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return total === 0 ? null : Math.max(...counts) / (total / Math.max(workers.expected, counts.length))
}

function coresUsed(outcomes: readonly CompletedOutcome[], isMeant: (usage: ProcessUsage) => boolean): number {
  const all = outcomes.map(({ server, sample }) => {
    const cpuUs = server.usage.filter(isMeant).reduce((sum, usage) => sum + usage.cpuUs, 0)
    return cpuUs / sample.durationUs
  })
  return all.reduce((sum, cores) => sum + cores, 0) / Math.max(1, all.length)
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}

function missOf(cells: readonly Cell[]): string {
  const [first] = cells.map(({ outcome }) => outcome)
  if (first?.state === 'skipped') return `skipped: ${first.reason}`
  return first?.state === 'failed' ? `failed at ${first.stage}: ${first.error}` : 'not measured'
}
