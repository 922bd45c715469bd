import {
  type CellFigures,
  cellFigures,
  type MeasuredFigures,
  missWords,
  validLatency,
} from '../../figures/cell-figures.js'
import { type Difference, differencesOf } from '../../figures/comparable.js'
import { cellGroups, compareLevels, type LevelRef } from '../../figures/level-ref.js'
import { loadWords, type PhaseFigures } from '../../figures/phase-figures.js'
import { sloVerdict } from '../../figures/slo-figures.js'
import { ratioOf } from '../../figures/speed-up.js'
import { validities, validityText } from '../../figures/validity-text.js'
import type { Run } from '../../model/run/run.js'
import type { Repeats } from '../../stats/estimate/repeat-interval.js'
import { areAlike } from '../../stats/validity/validity-repeats.js'
import { LEAST_LATENCY_US } from '../../words/format.js'

/** One side of a comparison: a whole run, or one of its levels. */
export interface Side {
  readonly label: string
  readonly run: Run
  /** A level's key; without it a run of one level stands for
   * that level, and otherwise each level is compared with the same one of the other side. */
  readonly level?: string | undefined
}

/** Repeats that both sides need for a range of the ratio. */
export const REPEATS_FOR_RANGE = 3

/**
 * What the throughput says. `more` and `less`: the second side against the first, in every repeat against every
 * repeat. `unclear`: the ranges overlap. `unknown`: too few repeats to tell. `unlike`: machine or settings differ.
 * `invalid`: a side is not valid. `missing`: a side has no figure.
 */
export type Verdict = 'more' | 'less' | 'unclear' | 'unknown' | 'unlike' | 'invalid' | 'missing'

/**
 * What the latencies allow. `compared`: both sides have valid ones of an open loop, under alike loads. `unlike`: the
 * loads are not. `invalid`: a side's is not valid. `missing`: a side has none. Only `compared` rows have ratios.
 */
export type LatencyComparison = 'compared' | 'unlike' | 'invalid' | 'missing'

/** Second ÷ first; null where either is unknown or the first is 0. Percentiles: of valid open loops alone. */
export interface Ratios {
  readonly throughput: number | null
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly cpuPerRequest: number | null
}

/** Figures of a side, or why there are none. Times in µs; the percentiles are latencies of the open loop. */
export interface SideFigures {
  readonly level: LevelRef
  readonly throughput: { readonly median: number; readonly min: number; readonly max: number } | null
  readonly repeats: number
  /** Arrivals per second at which latency was measured; null without. */
  readonly latencyRate: { readonly min: number; readonly max: number } | null
  /** Requests that the percentiles rest on; null without. */
  readonly latencyRequests: number | null
  /** `60 % of capacity`; null without. */
  readonly latencyLoad: string | null
  readonly p50Us: number | null
  readonly p95Us: number | null
  readonly p99Us: number | null
  readonly errorRate: number | null
  readonly cpuPerRequestUs: number | null
  /** Null when all phases are valid; else the states and their evidence, or why there is no figure. */
  readonly problem: string | null
  readonly slo: readonly { readonly rule: string; readonly stated: boolean; readonly verdict: string }[]
}

export interface ComparedRow {
  readonly scenario: string
  readonly a: SideFigures | null
  readonly b: SideFigures | null
  readonly ratios: Ratios
  /** Lowest ÷ highest to highest ÷ lowest throughput of the repeats; null with fewer than three on either side. */
  readonly range: { readonly low: number; readonly high: number } | null
  /** On the throughput. */
  readonly verdict: Verdict
  readonly latency: LatencyComparison
}

/** A comparison of two sides as data; this is also what `--json` prints. */
export interface Comparison {
  readonly a: { readonly label: string; readonly run: string; readonly level: string | null }
  readonly b: { readonly label: string; readonly run: string; readonly level: string | null }
  /** How machine and settings differ; nothing is concluded unless it is empty. */
  readonly differences: readonly Difference[]
  /** Whether the repeats of both sides were interleaved, that is, come from one run. */
  readonly sameRun: boolean
  readonly rows: readonly ComparedRow[]
}

/** Compares two sides scenario by scenario; ratios are the second side ÷ the first. */
export function compareSides(a: Side, b: Side): Comparison {
  const differences = differencesOf(a.run, b.run)
  const [ownA, ownB] = [a.level ?? onlyLevel(a.run), b.level ?? onlyLevel(b.run)]
  const [levelA, levelB] = [ownA ?? ownB, ownB ?? ownA]
  const left = figuresOf(a.run, levelA)
  const right = figuresOf(b.run, levelB)
  const keyOf = (figures: CellFigures) =>
    levelA === undefined ? JSON.stringify([figures.level.key, figures.scenario]) : figures.scenario
  const others = new Map(right.map((figures) => [keyOf(figures), figures]))
  const known = new Set(left.map(keyOf))
  const pairs = [
    ...left.map((figures) => [figures, others.get(keyOf(figures))] as const),
    ...right.filter((figures) => !known.has(keyOf(figures))).map((figures) => [undefined, figures] as const),
  ]
  return {
    a: { label: a.label, run: a.run.id, level: levelA ?? null },
    b: { label: b.label, run: b.run.id, level: levelB ?? null },
    differences,
    sameRun: a.run.id === b.run.id,
    rows: pairs.map(([first, second]) => comparedRow(first, second, differences.length > 0)),
  }
}

/** The only level that a run has, where it has but one. */
function onlyLevel(run: Run): string | undefined {
  return run.levels.length === 1 ? run.levels[0]?.key : undefined
}

function figuresOf(run: Run, key: string | undefined): CellFigures[] {
  return cellGroups(run)
    .filter(({ level }) => key === undefined || level.key === key)
    .map(({ level, scenario, cells }) => cellFigures(run, level, scenario, cells))
    .sort((a, b) => compareLevels(a.level, b.level))
}

function comparedRow(a: CellFigures | undefined, b: CellFigures | undefined, unlike: boolean): ComparedRow {
  const [first, second] = [a?.measured ?? null, b?.measured ?? null]
  const sameLoad = a?.load === b?.load
  const range = first === null || second === null ? null : rangeOf(first, second)
  const latency = latencyComparison(first, second, unlike)
  return {
    scenario: a?.scenario ?? b?.scenario ?? '',
    a: a === undefined ? null : sideFigures(a),
    b: b === undefined ? null : sideFigures(b),
    ratios: ratiosOf(first, second, latency === 'compared'),
    range,
    verdict: verdictOf(first, second, range, unlike || (first !== null && second !== null && !sameLoad)),
    latency,
  }
}

function sideFigures(figures: CellFigures): SideFigures {
  const { measured, misses, level } = figures
  const latency = measured?.latency?.latency
  return {
    level,
    throughput: measured && spreadOf(measured.throughput),
    repeats: measured?.repeats.length ?? 0,
    latencyRate: measured?.latency?.rate ?? null,
    latencyRequests: latency?.count ?? null,
    latencyLoad: measured?.latency ? loadWords(measured.latency) : null,
    p50Us: latency?.p50Us ?? null,
    p95Us: latency?.p95Us ?? null,
    p99Us: latency?.p99Us ?? null,
    errorRate: measured === null ? null : errorRateOf(measured),
    cpuPerRequestUs: measured?.cpuPerRequestUs ?? null,
    problem: problemOf(measured, misses),
    slo: (measured?.slo ?? []).map((each) => ({
      rule: each.rule,
      stated: each.stated,
      verdict: sloVerdict(each),
    })),
  }
}

function spreadOf({ value, min, max }: Repeats): SideFigures['throughput'] {
  return { median: value, min, max }
}

function errorRateOf({ failed }: MeasuredFigures): number {
  return failed.of === 0 ? 0 : failed.count / failed.of
}

function latencyComparison(
  a: MeasuredFigures | null,
  b: MeasuredFigures | null,
  unlike: boolean,
): LatencyComparison {
  if (!a?.latency || !b?.latency) return 'missing'
  const [first, second] = [validLatency(a), validLatency(b)]
  if (first === null || second === null) return 'invalid'
  return unlike || !isLikeLoad(first, second) ? 'unlike' : 'compared'
}

/** Latencies compare at like rates alone: the same share of a higher capacity is more load. */
function isLikeLoad(a: PhaseFigures, b: PhaseFigures): boolean {
  const keyOf = ({ profile, arrival, connections }: PhaseFigures) =>
    JSON.stringify([profile, arrival, connections?.allowed])
  return keyOf(a) === keyOf(b) && areAlike([a, b].flatMap(({ rate }) => [rate.min, rate.max]))
}

function problemOf(measured: MeasuredFigures | null, misses: CellFigures['misses']): string | null {
  if (measured !== null) {
    const invalid = validities(measured).filter(({ state }) => state !== 'valid')
    return invalid.length === 0
      ? null
      : invalid.map((phase) => [`not valid: ${validityText(phase)}`, ...phase.evidence].join('; ')).join('; ')
  }
  return missWords(misses[0])
}

function ratiosOf(a: MeasuredFigures | null, b: MeasuredFigures | null, withLatency: boolean): Ratios {
  const [first, second] = withLatency ? [a?.latency?.latency, b?.latency?.latency] : []
  return {
    throughput: (a && b && ratioOf(b.throughput, a.throughput)?.value) ?? null,
    p50: divideTimes(second?.p50Us, first?.p50Us),
    p95: divideTimes(second?.p95Us, first?.p95Us),
    p99: divideTimes(second?.p99Us, first?.p99Us),
    cpuPerRequest: divide(b?.cpuPerRequestUs, a?.cpuPerRequestUs),
  }
}

/** Times below what can be told apart have no ratio. */
function divideTimes(top: number | null | undefined, bottom: number | null | undefined): number | null {
  const isTold = (us: number | null | undefined) => us != null && us >= LEAST_LATENCY_US
  return isTold(top) && isTold(bottom) ? divide(top, bottom) : null
}

function divide(top: number | null | undefined, bottom: number | null | undefined): number | null {
  return top == null || bottom == null || bottom === 0 ? null : top / bottom
}

function rangeOf(a: MeasuredFigures, b: MeasuredFigures): ComparedRow['range'] {
  const enough = Math.min(a.repeats.length, b.repeats.length) >= REPEATS_FOR_RANGE
  return enough ? (ratioOf(b.throughput, a.throughput)?.range ?? null) : null
}

function verdictOf(
  a: MeasuredFigures | null,
  b: MeasuredFigures | null,
  range: ComparedRow['range'],
  unlike: boolean,
): Verdict {
  if (a === null || b === null) return 'missing'
  if (unlike) return 'unlike'
  if (a.validity.state !== 'valid' || b.validity.state !== 'valid') return 'invalid'
  if (range === null) return 'unknown'
  return range.low > 1 ? 'more' : range.high < 1 ? 'less' : 'unclear'
}
