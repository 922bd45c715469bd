import { differencesOf, logRatioOf } from '../../gate/block-figures.js'
import type { Axis } from '../../markup/chart-spec.js'
import { signedAxis } from '../../markup/chart-spec.js'
import type { GateMetric, GateResult, GateRow } from '../../model/studies/gate.js'
import type { GateBlock } from '../../model/studies/gate-block.js'

/** What one block says about one scenario and metric, in its place in the order. */
export interface PlotPoint {
  /** Number of the block, from 1. */
  readonly block: number
  /** The arm that was started first. */
  readonly first: GateBlock['first']
  /** Slowdown in percent; null where the block has no figure. */
  readonly percent: number | null
  /** Why it does not count; with a figure, why it counts for a slowdown only. */
  readonly dropped: string | null
  /** Whether the estimate rests on it: blocks after the last look are shown, and not used. */
  readonly used: boolean
}

/** An interval plot as data, in percent; positive is slower. */
export interface IntervalPlot {
  readonly points: readonly PlotPoint[]
  readonly verdict: GateRow['verdict']
  readonly estimate: number | null
  readonly lower: number | null
  readonly upper: number | null
  readonly floor: number
  readonly threshold: number
  readonly axis: Axis
}

/** The blocks and figures of one row of the decision. */
export function intervalPlot(row: GateRow, result: GateResult): IntervalPlot {
  const points = pointsOf(row, result)
  const [estimate, lower, upper] = [row.estimate, row.lower, row.upper].map(percentOf)
  const [floor, threshold] = [result.settings.noiseFloor * 100, result.settings.threshold * 100]
  const shown = [...points.map(({ percent }) => percent), estimate, lower, upper, floor, threshold]
  const values = shown.flatMap((value) => (typeof value === 'number' ? [value] : []))
  return {
    points,
    verdict: row.verdict,
    estimate: estimate ?? null,
    lower: lower ?? null,
    upper: upper ?? null,
    floor,
    threshold,
    axis: signedAxis('slowdown, %', values),
  }
}

/** In the order of measuring; a block with too few requests for the metric counts as one that says nothing. */
function pointsOf(row: GateRow, { blocks, settings }: GateResult): PlotPoint[] {
  const { scenario, metric } = row
  const n = row.n ?? 0
  const isOfAll = row.verdict === 'regress' || n > row.differences.length
  let counted = 0
  return differencesOf(blocks, scenario, metric, settings).flatMap((difference, at): PlotPoint[] => {
    const block = blocks[at]
    if (block === undefined) return []
    const { index, first } = block
    const isValid = typeof difference === 'number'
    const percent = percentOf(logRatioOf(difference))
    const isUsable = isValid || (isOfAll && percent !== null)
    if (isUsable) counted++
    const dropped = isValid
      ? null
      : difference === 'too-few'
        ? 'too few requests'
        : dropReason(block, scenario, metric)
    return [{ block: index, first, percent, dropped, used: isUsable && counted <= n }]
  })
}

function dropReason(block: GateBlock, scenario: string, metric: GateMetric): string {
  const cell = block.cells.find((each) => each.scenario === scenario)
  const isCapacity = metric === 'throughput' || metric === 'cpu'
  const phase = isCapacity ? cell?.capacity : cell?.latency
  return phase ? (phase.dropped ?? 'a figure could not be read') : 'not measured'
}

function percentOf(logRatio: number | null): number | null {
  return logRatio === null ? null : Math.expm1(logRatio) * 100
}
