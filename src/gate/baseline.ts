import type { GateResult } from '../model/studies/gate.js'
import { BASELINE_VERSION, type BaselineFigures, type GateBaseline } from '../model/studies/gate-baseline.js'
import type { GateBlock, GateLatencyPhase } from '../model/studies/gate-block.js'
import { decodeHistogram, percentiles } from '../stats/estimate/histogram.js'
import { median } from '../stats/estimate/intervals.js'
import { percentText } from '../words/in-sentences.js'
import { conditionDifferences, conditionsOf } from './conditions.js'

type Arm = 'base' | 'head'

/** The absolute figures of one arm of a gate: only good for a warning later, on the same machine. */
export function baselineOf(result: GateResult, arm: Arm): GateBaseline {
  return {
    schemaVersion: BASELINE_VERSION,
    gate: result.id,
    arm: result[arm].name,
    recordedAt: result.finishedAt ?? result.startedAt,
    machine: result.machine,
    level: result.settings.level,
    figures: absoluteFigures(result, arm, { disturbed: false }),
  }
}

/** The absolute figures of one arm, by scenario. @param options `disturbed`: whether disturbed blocks are among them */
export function absoluteFigures(
  { settings, blocks }: GateResult,
  arm: Arm,
  options: { readonly disturbed: boolean },
): BaselineFigures[] {
  const counts = ({ dropped }: { readonly dropped: string | null }) => options.disturbed || dropped === null
  return settings.scenarios.map((scenario) => figuresOf(blocks, scenario, arm, counts))
}

/**
 * Compares absolute figures with stored ones. `refused`: why they are not comparable, a line each, unless `force`;
 * `warnings`: what is slower by the threshold and more. Never a verdict: the same code, measured on another day or by
 * another machine of the same kind, differs by more than a regression does.
 */
export function compareBaseline(
  stored: GateBaseline,
  now: GateBaseline,
  options: { readonly threshold: number; readonly force?: boolean },
): { readonly refused: string[]; readonly warnings: string[] } {
  const unlike = conditionDifferences(
    conditionsOf(stored.machine, stored.level),
    conditionsOf(now.machine, now.level),
  ).map((text) => `baseline of ${stored.arm}: ${text}`)
  if (unlike.length > 0 && !options.force) return { refused: unlike, warnings: [] }
  const slower = now.figures.flatMap((figures) => {
    const before = stored.figures.find(({ scenario }) => scenario === figures.scenario)
    return before === undefined ? [] : slowdowns(before, figures, options.threshold)
  })
  return { refused: [], warnings: [...unlike, ...slower] }
}

const RATE_TOLERANCE = 0.05

const FIGURES = [
  ['throughput', 'throughput'],
  ['cpuPerRequestUs', 'CPU per request'],
  ['p50Us', 'p50'],
  ['p95Us', 'p95'],
  ['p99Us', 'p99'],
] as const

function slowdowns(before: BaselineFigures, now: BaselineFigures, threshold: number): string[] {
  return FIGURES.flatMap(([key, name]) => {
    const [old, current] = [before[key], now[key]]
    if (old === null || current === null || (key.startsWith('p') && !isSameRate(before, now))) return []
    const slowdown = key === 'throughput' ? old / current - 1 : current / old - 1
    return slowdown < threshold
      ? []
      : [`${now.scenario}: ${name} is ${percentText(slowdown)} worse than the stored baseline`]
  })
}

/** Latencies belong to a rate; those at quite another one say nothing. */
function isSameRate(before: BaselineFigures, now: BaselineFigures): boolean {
  if (before.rate === null || now.rate === null) return false
  return Math.abs(before.rate - now.rate) <= RATE_TOLERANCE * before.rate
}

function figuresOf(
  blocks: readonly GateBlock[],
  scenario: string,
  arm: Arm,
  counts: (phase: { readonly dropped: string | null }) => boolean,
): BaselineFigures {
  const cells = blocks.flatMap((block) => block.cells.filter((cell) => cell.scenario === scenario))
  const slices = cells
    .filter(({ capacity }) => counts(capacity))
    .flatMap(({ capacity }) => capacity.slices)
    .filter((slice) => slice[arm].ok > 0)
  const phases = cells.flatMap(({ latency }) =>
    latency === null || latency[arm].histogram === '' || !counts(latency) ? [] : [latency],
  )
  const latency = medianPercentiles(phases, arm)
  return {
    scenario,
    throughput: positive(median(slices.map((slice) => slice[arm].ok / slice.seconds))),
    cpuPerRequestUs: positive(median(slices.map((slice) => slice[arm].cpuNs / 1000 / slice[arm].ok))),
    rate: median(phases.map(({ rate }) => rate)),
    ...latency,
  }
}

function medianPercentiles(phases: readonly GateLatencyPhase[], arm: Arm) {
  const all = phases.map((phase) => percentiles(decodeHistogram(phase[arm].histogram)))
  const of = (key: 'p50Us' | 'p95Us' | 'p99Us') => positive(median(all.flatMap((each) => each[key] ?? [])))
  return { p50Us: of('p50Us'), p95Us: of('p95Us'), p99Us: of('p99Us') }
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
