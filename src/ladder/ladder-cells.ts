import { type CellFigures, cellFigures, type MeasuredFigures, missWords } from '../figures/cell-figures.js'
import { failedShare, highest } from '../figures/fold-repeats.js'
import { levelRef } from '../figures/level-ref.js'
import { evenness } from '../figures/server-figures.js'
import { fewestWorkers, lowestLevel, type SpeedUp, speedUpOf } from '../figures/speed-up.js'
import type { CompletedOutcome, Validity } from '../model/run/outcome.js'
import type { Run, RunLevel } from '../model/run/run.js'
import type { ErrorKind } from '../model/run/sample.js'
import { eachPlain, type PlainKey, type PlainValues } from '../model/studies/plain-figures.js'
import { foldRepeats, type RepeatInterval, type Repeats, scaled } from '../stats/estimate/repeat-interval.js'
import { mergeErrorKinds } from '../stats/validity/error-kinds.js'

/** Latency of a level at the rate that all levels were measured at. Times in µs. */
export interface EqualLatency {
  readonly rate: number
  /** Of all repeats together. */
  readonly p50Us: number | null
  readonly p99Us: number | null
  /** Each repeat's own. */
  readonly p99: Repeats | null
  /** Requests that failed ÷ those that ended. */
  readonly errorRate: number
  readonly validity: Validity
}

/** What a level with a number of workers showed on a scenario. */
export interface LadderCell extends PlainValues {
  readonly info: RunLevel
  readonly scenario: string
  /** Numbers of the repeats that `capacity` is of. */
  readonly repeats: readonly number[]
  /** Closed loop, requests per second; null where nothing was measured, as `missing` tells. */
  readonly capacity: Repeats | null
  readonly validity: Validity
  /** Capacity ÷ that of `base`; null for the base itself, and where either is not valid. */
  readonly speedUp: SpeedUp | null
  /** Speed-up ÷ how many times as many workers. */
  readonly efficiency: RepeatInterval | null
  /** Key of the level that the speed-up is of: the same with fewest workers, else the lowest valid level. */
  readonly base: string | null
  readonly latency: EqualLatency | null
  /** Of all phases. */
  readonly errors: readonly ErrorKind[]
  /** CPU time of its workers ÷ what their quota gave them at capacity; null without a quota. */
  readonly quotaUsed: number | null
  /** CPU time per time at capacity of its workers and of all that they share, in cores. */
  readonly coresUsed: number
  /** Requests of the busiest worker ÷ those of a mean one, in each repeat; null where workers do not tell. */
  readonly skew: Repeats | null
  /** The most tasks that its queue held. */
  readonly queued: number | null
  readonly missing: string | null
  /** What of it could not be read. */
  readonly unread: readonly string[]
}

/** By scenario, then in the order of `infos`. */
export function ladderCells(run: Run, infos: readonly RunLevel[]): LadderCell[] {
  return run.scenarios.flatMap(({ name }) => {
    const all = infos.flatMap((info) => {
      const cells = run.cells.filter(({ level, scenario }) => level === info.key && scenario === name)
      const outcomes = cells.flatMap(({ outcome }) => (outcome.state === 'completed' ? [outcome] : []))
      const figures = cellFigures(run, levelRef(info), name, cells)
      return cells.length === 0 ? [] : [{ info, figures, outcomes }]
    })
    const group = all.map(({ figures }) => figures)
    return all.map(({ info, figures, outcomes }) => ({
      info,
      scenario: name,
      ...shownOf(figures.measured, figures.misses),
      unread: unreadOf(figures.measured, outcomes),
      ...comparedOf(figures, group),
      ...usedOf(figures.measured, info, run.settings.workerCpus ?? null),
      skew: foldRepeats(outcomes.flatMap(({ server }) => evenness(server.workers) ?? [])),
      queued: queuedOf(outcomes),
    }))
  })
}

type Shown = 'repeats' | 'capacity' | 'validity' | 'latency' | 'errors' | PlainKey

function shownOf(
  measured: MeasuredFigures | null,
  [miss]: CellFigures['misses'],
): Pick<LadderCell, Shown | 'missing'> {
  return {
    repeats: measured?.repeats ?? [],
    capacity: measured?.throughput ?? null,
    validity: measured?.validity ?? { state: 'no-data', evidence: [] },
    latency: measured && latencyOf(measured),
    errors:
      measured === null ? [] : mergeErrorKinds([measured, ...measured.phases].map(({ errors }) => errors)),
    ...eachPlain((key) => measured?.[key] ?? null),
    missing: measured === null ? missWords(miss) : null,
  }
}

/** What a repeat warned of itself is told when it is measured. */
function unreadOf(measured: MeasuredFigures | null, outcomes: readonly CompletedOutcome[]): string[] {
  const own = outcomes.flatMap(({ warnings }) => warnings)
  return (measured?.warnings ?? []).filter((text) => !own.includes(text))
}

function latencyOf({ latency }: MeasuredFigures): EqualLatency | null {
  return (
    latency && {
      rate: latency.rate.min,
      p50Us: latency.latency?.p50Us ?? null,
      p99Us: latency.latency?.p99Us ?? null,
      p99: latency.p99,
      errorRate: failedShare(latency.accounting),
      validity: latency.validity,
    }
  )
}

function comparedOf(
  figures: CellFigures,
  group: readonly CellFigures[],
): Pick<LadderCell, 'speedUp' | 'efficiency' | 'base'> {
  const base = fewestWorkers(figures, group) ?? lowestLevel(group, figures.scenario)
  const speedUp = speedUpOf(figures, base)
  const factor = (base?.level.workers ?? 1) / (figures.level.workers ?? 1)
  return {
    speedUp,
    efficiency: speedUp && scaled(speedUp, factor),
    base: base === null || base === figures ? null : base.level.key,
  }
}

function usedOf(
  measured: MeasuredFigures | null,
  { workers }: RunLevel,
  workerCpus: number | null,
): Pick<LadderCell, 'quotaUsed' | 'coresUsed'> {
  const usage = measured?.usage ?? []
  const coresOf = (some: typeof usage) => some.reduce((sum, { cores }) => sum + cores, 0)
  const isKnown = workerCpus !== null && measured !== null
  return {
    quotaUsed: isKnown
      ? coresOf(usage.filter(({ role }) => role === 'web')) / (workerCpus * (workers ?? 1))
      : null,
    coresUsed: coresOf(usage),
  }
}

function queuedOf(outcomes: readonly CompletedOutcome[]): number | null {
  const queues = outcomes.flatMap(({ server, latency }) => [server.queue, latency?.server.queue])
  return highest(queues.map((queue) => queue?.depthMax ?? null))
}
