import type { Percentiles } from '../model/run/outcome.js'
import type { GateMetric, GateSettings } from '../model/studies/gate.js'
import type {
  CapacityPhase,
  GateBlock,
  GateCell,
  GateLatencyPhase,
  GateSlice,
} from '../model/studies/gate-block.js'
import { decodeHistogram, percentiles } from '../stats/estimate/histogram.js'

/**
 * A log ratio of a block that was disturbed: it may show a slowdown, and never rules one out. Both versions met the same
 * disturbance and a coin decided their order, so that it hits either alike; what the two wait for together, such as the
 * load generator, only pulls their ratio towards 1. So it can hide a slowdown, not make one up (docs/decisions/0020).
 */
export interface Doubtful {
  readonly doubtful: number
}

/**
 * What a block says about a scenario and metric: ln(head ÷ base), positive for slower; `dropped` where a figure is
 * missing; `too-few` where no figure could be expected, since a 99th percentile takes more requests than there were.
 */
export type Difference = number | Doubtful | 'dropped' | 'too-few'

/** The log ratio, also of a disturbed block; null where there is none. */
export function logRatioOf(difference: Difference): number | null {
  if (typeof difference === 'number') return difference
  return typeof difference === 'string' ? null : difference.doubtful
}

/** The log ratios of those that have one, disturbed blocks included, in order. */
export function logRatiosOf(differences: readonly Difference[]): number[] {
  return differences.flatMap((each) => logRatioOf(each) ?? [])
}

/** Why a phase does not count, or null: to be kept with it as `dropped`. */
export function capacityDropReason(phase: Omit<CapacityPhase, 'dropped'>): string | null {
  const invalid = invalidity(phase)
  if (invalid !== null) return invalid
  if (phase.slices.length === 0) return 'no slice was measured'
  const silent = phase.slices.findIndex(({ base, head }) => base.ok === 0 || head.ok === 0)
  if (silent < 0) return null
  const arms = (['base', 'head'] as const).filter((arm) => phase.slices[silent]?.[arm].ok === 0)
  return `${arms.join(' and ')} answered nothing as expected in slice ${silent + 1}`
}

/** The counterpart of `capacityDropReason`. */
export function latencyDropReason(phase: Omit<GateLatencyPhase, 'dropped'>): string | null {
  const invalid = invalidity(phase)
  if (invalid !== null) return invalid
  const empty = (['base', 'head'] as const).filter((arm) => phase[arm].histogram === '')
  return empty.length === 0 ? null : `${empty.join(' and ')} answered nothing`
}

function invalidity({ validity }: Pick<CapacityPhase, 'validity'>): string | null {
  return validity.state === 'valid' ? null : [validity.state, ...validity.evidence].join(': ')
}

/** A scenario's and metric's difference in each block, in order; a block without the scenario is `dropped`. */
export function differencesOf(
  blocks: readonly GateBlock[],
  scenario: string,
  metric: GateMetric,
  settings: Pick<GateSettings, 'p99Requests'>,
): Difference[] {
  return blocks.map((block) => {
    const cell = block.cells.find((each) => each.scenario === scenario)
    return cell === undefined ? 'dropped' : differenceOf(cell, metric, settings)
  })
}

function differenceOf(
  { capacity, latency }: GateCell,
  metric: GateMetric,
  settings: Pick<GateSettings, 'p99Requests'>,
): Difference {
  if (metric === 'throughput' || metric === 'cpu') {
    const value = metric === 'throughput' ? throughput(capacity.slices) : cpu(capacity.slices)
    return counted(value, capacity.dropped)
  }
  if (latency === null) return 'dropped'
  const { base, head, dropped } = latency
  if (metric === 'p99' && Math.min(base.requests, head.requests) < settings.p99Requests)
    return dropped === null ? 'too-few' : 'dropped'
  return counted(percentileRatio(latency, metric), dropped)
}

/** A zero on either side is a figure that was not read. */
function counted(value: number, dropped: string | null): Difference {
  if (!Number.isFinite(value)) return 'dropped'
  return dropped === null ? value : { doubtful: value }
}

function percentileRatio({ base, head }: GateLatencyPhase, metric: 'p50' | 'p95' | 'p99'): number {
  if (base.histogram === '' || head.histogram === '') return Number.NaN
  const of = (arm: GateLatencyPhase['base']) => percentilesOf(arm)[`${metric}Us`] ?? 0
  return Math.log(of(head) / of(base))
}

/** Every block is looked at again after each further one: decoded once. */
const decoded = new WeakMap<object, Percentiles>()

function percentilesOf(arm: GateLatencyPhase['base']): Percentiles {
  let figures = decoded.get(arm)
  if (figures === undefined) {
    figures = percentiles(decodeHistogram(arm.histogram))
    decoded.set(arm, figures)
  }
  return figures
}

/** −mean ln(requests of head ÷ requests of base). */
function throughput(slices: readonly GateSlice[]): number {
  return mean(slices.map(({ base, head }) => Math.log(base.ok / head.ok)))
}

/** mean ln(CPU per request of head ÷ CPU per request of base). */
function cpu(slices: readonly GateSlice[]): number {
  return mean(slices.map(({ base, head }) => Math.log(head.cpuNs / head.ok / (base.cpuNs / base.ok))))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
