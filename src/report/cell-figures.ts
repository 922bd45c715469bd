import { messageOf } from '../model/errors.js'
import type { Cell, CompletedOutcome, Run, Validity } from '../model/run.js'
import { loadText } from './comparable.js'
import { type LatencyFigures, mergedLatency } from './latency.js'
import type { LevelRef } from './level-ref.js'
import { overTime, type TimePoint } from './over-time.js'
import {
  leastEven,
  type Repeat,
  type UsageFigures,
  usageFigures,
  type WorkerFigures,
} from './server-figures.js'

/** Middle and extremes over the repeats. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Everything that the completed repeats of one level and scenario in one run say together. */
export interface MeasuredFigures {
  readonly repeats: readonly number[]
  /** Answers as expected per second: median over the repeats, with the range. */
  readonly throughput: Spread
  /** Closed loop: service time at full load, from the merged histograms of the repeats. Null without samples. */
  readonly latency: LatencyFigures | null
  readonly counts: CompletedOutcome['sample']['counts']
  readonly errorRate: number
  readonly errors: readonly { readonly what: string; readonly count: number }[]
  /** CPU time in µs of the level's own processes per request answered as expected. */
  readonly cpuPerRequestUs: number | null
  readonly rssPeakBytes: number | null
  readonly usage: readonly UsageFigures[]
  readonly workers: WorkerFigures | null
  readonly stealShare: number | null
  readonly generator: {
    readonly processes: number
    readonly cpuShare: number
    readonly loopDelayP99Us: number
  }
  /** Valid only when every repeat is. */
  readonly validity: Validity
  readonly warnings: readonly string[]
  readonly overTime: readonly { readonly repeat: number; readonly points: readonly TimePoint[] }[]
}

/** A repeat that gave no figures, and why. */
export interface Miss {
  readonly repeat: number
  readonly state: 'failed' | 'skipped'
  /** `boot`, `measure`, …; null for a skipped one. */
  readonly stage: string | null
  readonly reason: string
  /** What would let a skipped cell run. */
  readonly fix: string | null
  /** Last lines of the level's log. */
  readonly log: readonly string[]
}

/** What one run says of one level and scenario. */
export interface CellFigures {
  readonly runId: string
  readonly level: LevelRef
  readonly scenario: string
  readonly connections: number | null
  /** Connections and timeout in words; figures under unlike loads are not comparable. */
  readonly load: string
  readonly measured: MeasuredFigures | null
  readonly misses: readonly Miss[]
}

/** Folds the repeats of one level and scenario of a run into figures. Percentiles come from merged histograms. */
export function cellFigures(
  run: Run,
  level: LevelRef,
  scenario: string,
  cells: readonly Cell[],
): CellFigures {
  const completed = cells.flatMap((cell) =>
    cell.outcome.state === 'completed' ? [{ repeat: cell.repeat, outcome: cell.outcome }] : [],
  )
  return {
    runId: run.id,
    level,
    scenario,
    connections: run.scenarios.find((entry) => entry.name === scenario)?.connections ?? null,
    load: loadText(run, scenario),
    measured: completed.length === 0 ? null : measuredFigures(completed),
    misses: cells.flatMap(missOf),
  }
}

/** Whether a conclusion may be drawn. */
export function isValid<T extends CellFigures>(
  figures: T,
): figures is T & { readonly measured: MeasuredFigures } {
  return figures.measured?.validity.state === 'valid'
}

function measuredFigures(repeats: readonly Repeat[]): MeasuredFigures {
  const outcomes = repeats.map((entry) => entry.outcome)
  const samples = outcomes.map((outcome) => outcome.sample)
  const counts = sumCounts(outcomes)
  const finished = counts.sent - counts.unfinished
  const latency = latencyOf(outcomes)
  return {
    repeats: repeats.map((entry) => entry.repeat),
    throughput: spread(outcomes.map((outcome) => outcome.summary.throughput)),
    latency: latency.figures,
    counts,
    errorRate: finished <= 0 ? 0 : (finished - counts.ok) / finished,
    errors: sumErrors(outcomes),
    cpuPerRequestUs: cpuPerRequest(outcomes),
    rssPeakBytes: highest(outcomes.map((outcome) => outcome.summary.rssPeakBytes)),
    usage: usageFigures(outcomes),
    workers: leastEven(repeats),
    stealShare: highest(outcomes.map((outcome) => outcome.server.stealShare)),
    generator: {
      processes: Math.max(...samples.map((sample) => sample.generator.processes)),
      cpuShare: Math.max(...samples.map((sample) => sample.generator.cpuShare)),
      loopDelayP99Us: Math.max(...samples.map((sample) => sample.generator.loopDelayP99Us)),
    },
    validity: jointValidity(repeats),
    warnings: [...new Set([...outcomes.flatMap((outcome) => outcome.warnings), ...latency.warnings])],
    overTime: repeats.map((entry) => ({
      repeat: entry.repeat,
      points: overTime(entry.outcome.sample.intervals),
    })),
  }
}

/** A histogram that cannot be read costs the latency figures, not the report. */
function latencyOf(outcomes: readonly CompletedOutcome[]): {
  figures: LatencyFigures | null
  warnings: string[]
} {
  try {
    return { figures: mergedLatency(outcomes.map((outcome) => outcome.sample)), warnings: [] }
  } catch (error) {
    return { figures: null, warnings: [`no latencies: its histogram cannot be read: ${messageOf(error)}`] }
  }
}

/** Median (mean of the middle two for an even number), lowest and highest. `values` is not empty. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}

function sumCounts(outcomes: readonly CompletedOutcome[]): CompletedOutcome['sample']['counts'] {
  const total = { sent: 0, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 }
  for (const { sample } of outcomes) {
    for (const kind of Object.keys(total) as (keyof typeof total)[]) total[kind] += sample.counts[kind]
  }
  return total
}

function sumErrors(outcomes: readonly CompletedOutcome[]): { what: string; count: number }[] {
  const byText = new Map<string, number>()
  for (const { sample } of outcomes) {
    for (const { what, count } of sample.errors) byText.set(what, (byText.get(what) ?? 0) + count)
  }
  return [...byText].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count)
}

/** Weighted by the requests of each repeat, that is: all CPU time ÷ all requests. */
function cpuPerRequest(outcomes: readonly CompletedOutcome[]): number | null {
  let cpu = 0
  let requests = 0
  for (const { summary, sample } of outcomes) {
    if (summary.cpuPerRequestUs === null) continue
    cpu += summary.cpuPerRequestUs * sample.counts.ok
    requests += sample.counts.ok
  }
  return requests === 0 ? null : cpu / requests
}

function jointValidity(repeats: readonly Repeat[]): Validity {
  const invalid = repeats.filter(({ outcome }) => outcome.validity.state !== 'valid')
  const first = invalid[0]
  if (first === undefined) return { state: 'valid', evidence: [] }
  return {
    state: first.outcome.validity.state,
    evidence: [...new Set(invalid.flatMap(({ outcome }) => outcome.validity.evidence))].map((text) => {
      const whose = invalid.filter(({ outcome }) => outcome.validity.evidence.includes(text))
      return whose.length === repeats.length
        ? text
        : `repeat ${whose.map(({ repeat }) => repeat).join(', ')}: ${text}`
    }),
  }
}

function missOf({ repeat, outcome }: Cell): Miss[] {
  if (outcome.state === 'completed') return []
  if (outcome.state === 'skipped') {
    return [{ repeat, state: 'skipped', stage: null, reason: outcome.reason, fix: outcome.fix, log: [] }]
  }
  const { stage, error, log } = outcome
  return [{ repeat, state: 'failed', stage, reason: error, fix: null, log }]
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}
