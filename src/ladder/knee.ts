import type { Knee, Probe } from '../model/studies/capacity.js'
import { decodeHistogram } from '../stats/estimate/histogram.js'

/** Fewer rates give no curve. */
const LEAST_RATES = 3

/**
 * Where the latency curve turns: the probed rate with the greatest power, rate ÷ mean latency (Kleinrock 1979, Power and
 * deterministic rules of thumb: below it load costs little delay, above it much; ρ = ½ of M/M/1). It is known no closer
 * than the rates probed beside it. Null under three rates that could be measured.
 */
export function kneeOf(probes: readonly Probe[]): Knee | null {
  const byRate = new Map<number, number>()
  for (const { outcome, rate, phase } of probes) {
    if (outcome === 'invalid' || !phase || phase.sample.histogram === '') continue
    byRate.set(rate, decodeHistogram(phase.sample.histogram).mean)
  }
  const curve = [...byRate].map(([rate, meanUs]) => ({ rate, meanUs })).sort((a, b) => a.rate - b.rate)
  if (curve.length < LEAST_RATES) return null
  const power = ({ rate, meanUs }: { rate: number; meanUs: number }) => rate / Math.max(1, meanUs)
  const best = curve.reduce((a, b) => (power(b) > power(a) ? b : a))
  const at = curve.indexOf(best)
  return { ...best, low: curve[at - 1]?.rate ?? best.rate, high: curve[at + 1]?.rate ?? best.rate }
}
