import type { CompletedOutcome, LatencyPhase, Validity } from '../../model/run/outcome.js'
import type { Cell } from '../../model/run/run.js'
import { grouped, milliseconds, percent } from '../../words/in-sentences.js'
import { decodeHistogram } from '../estimate/histogram.js'
import { percentileInterval, relativeSpread } from '../estimate/intervals.js'
import { INSTRUMENT_US } from './validity-words.js'

/** Repeats of a cell may lie this far apart: (largest − smallest) ÷ median of their throughput. */
export const SPREAD_LIMIT = 0.2

/**
 * A percentile of one repeat may be so many times that of another. Requests of one repeat are not independent (a pause
 * delays all that are under way), so that percentiles of equal repeats differ by more than their number of requests
 * explains; by a factor of two they would answer most questions differently.
 */
export const LATENCY_RATIO_LIMIT = 2

/** Rates may differ by this factor; beyond it, latencies are not of the same load. */
const ALIKE_RATES = 1.25

/** Whether latencies at these rates may stand side by side. */
export function areAlike(rates: readonly number[]): boolean {
  return Math.max(...rates) <= ALIKE_RATES * Math.min(...rates)
}

const PERCENTILES = [99, 50] as const

/** What is wrong with the capacity of the repeats of one cell taken together, or null: it lies too far apart. */
export function noiseOf(throughputs: readonly number[]): string | null {
  const spread = relativeSpread(throughputs)
  if (spread === null || spread <= SPREAD_LIMIT) return null
  const range = `${grouped(Math.min(...throughputs))} to ${grouped(Math.max(...throughputs))}/s`
  return `its ${throughputs.length} repeats lie ${percent(spread)} apart: ${range} (limit ${percent(SPREAD_LIMIT)})`
}

/**
 * What is wrong with the latency of the repeats of one cell taken together; nothing where they were not under the same
 * load. p99 of few requests varies by itself, so a percentile counts as noisy only where two things hold of the repeats
 * with the highest and the lowest value: their 99 % intervals from order statistics, which are the wider the fewer
 * requests lie beyond the percentile, do not overlap; and the one is more than twice the other, by more than 0.5 ms.
 * @throws Error when a histogram cannot be decoded
 */
export function latencyNoise(phases: readonly LatencyPhase[]): string[] {
  if (phases.length < 2 || !underOneLoad(phases)) return []
  const histograms = phases.map(({ sample }) => decodeHistogram(sample.histogram))
  return PERCENTILES.flatMap((percentile) => {
    const repeats = histograms
      .flatMap((histogram) => {
        const interval = percentileInterval(histogram, percentile)
        return interval ? [{ us: histogram.getValueAtPercentile(percentile), ...interval }] : []
      })
      .sort((a, b) => a.us - b.us)
    const [least, most] = [repeats[0], repeats.at(-1)]
    if (!least || !most || most.low <= least.high) return []
    const difference = most.us - least.us
    if (difference <= INSTRUMENT_US || most.us <= LATENCY_RATIO_LIMIT * least.us) return []
    const range = `${milliseconds(least.us)} to ${milliseconds(most.us)}`
    return [
      `p${percentile} of its ${repeats.length} repeats lies ${(most.us / least.us).toFixed(1)}-fold apart: ${range} (limit ${LATENCY_RATIO_LIMIT}-fold)`,
    ]
  })
}

/** Whether the latencies of the phases may be put together: one profile, one share of the capacity, rates that are alike. */
export function underOneLoad(phases: readonly LatencyPhase[]): boolean {
  const rates = phases.map(({ rate }) => rate)
  const kinds = new Set(phases.map(({ profile, share }) => JSON.stringify([profile, share])))
  return kinds.size <= 1 && areAlike(rates)
}

/** The cells, those phases marked `noisy` that are valid but lie too far from those of the other valid repeats. */
export function judgeRepeats(cells: readonly Cell[]): Cell[] {
  const keyOf = ({ level, scenario }: Cell) => JSON.stringify([level, scenario])
  const repeats = new Map<string, CompletedOutcome[]>()
  for (const cell of cells) {
    if (cell.outcome.state !== 'completed') continue
    const group = repeats.get(keyOf(cell))
    if (group) group.push(cell.outcome)
    else repeats.set(keyOf(cell), [cell.outcome])
  }
  const noise = new Map([...repeats].map(([key, outcomes]) => [key, noiseBetween(outcomes)]))
  return cells.map((cell) => {
    const { outcome } = cell
    const found = noise.get(keyOf(cell))
    return outcome.state === 'completed' && found ? { ...cell, outcome: marked(outcome, found) } : cell
  })
}

interface Noise {
  readonly capacity: readonly string[]
  readonly latency: readonly string[]
}

function noiseBetween(outcomes: readonly CompletedOutcome[]): Noise {
  const throughputs = outcomes.filter(isValid).map(({ summary }) => summary.throughput)
  const phases = outcomes.flatMap(({ latency }) => (latency && isValid(latency) ? [latency] : []))
  const capacity = noiseOf(throughputs)
  return { capacity: capacity === null ? [] : [capacity], latency: latencyNoise(phases) }
}

function marked(outcome: CompletedOutcome, noise: Noise): CompletedOutcome {
  const { latency } = outcome
  return {
    ...outcome,
    validity: judged(outcome.validity, noise.capacity),
    latency: latency && { ...latency, validity: judged(latency.validity, noise.latency) },
  }
}

function judged(validity: Validity, noise: readonly string[]): Validity {
  if (validity.state !== 'valid' || noise.length === 0) return validity
  return { state: 'noisy', evidence: [...noise] }
}

function isValid({ validity }: { readonly validity: Validity }): boolean {
  return validity.state === 'valid'
}
