import { type Axis, linearAxis, logAxis } from '../../markup/chart-spec.js'
import type { SloResult } from '../../model/plan/slo.js'
import type { CapacityResult, Probe } from '../../model/studies/capacity.js'
import { LATENCY_OF } from '../../stats/validity/slo.js'

/** Rates beyond this many times the lowest one need a log axis to be told apart. */
const WIDE = 8

type LatencyMetric = keyof typeof LATENCY_OF

/** A search as a drawing: what each probe measured at its rate, in ms. */
export interface CapacityPlot {
  readonly metric: LatencyMetric
  /** In ms; null where no objective is about a latency. */
  readonly objective: { readonly rule: string; readonly ms: number } | null
  readonly x: Axis
  readonly y: Axis
  readonly points: readonly { readonly probe: Probe; readonly ms: number | null }[]
  /** Between these rates lies the capacity, as far as either end is known. */
  readonly low: number | null
  readonly high: number | null
  readonly knee: number | null
}

/** Null without a probe. The percentile is that of the first objective about a latency, else p99. */
export function capacityPlot({ probes, verdict, knee }: CapacityResult): CapacityPlot | null {
  if (probes.length === 0) return null
  const about = probes.flatMap(({ slo }) => slo).find(({ metric }) => isLatency(metric))
  const metric = about !== undefined && isLatency(about.metric) ? about.metric : 'p99'
  const objective = about === undefined ? null : { rule: about.rule, ms: about.limit / 1_000 }
  const points = probes.map((probe) => {
    const us = probe.phase?.latency[LATENCY_OF[metric]] ?? null
    return { probe, ms: us === null ? null : us / 1_000 }
  })
  const rates = probes.map(({ rate }) => rate)
  const [least, most] = [Math.min(...rates), Math.max(...rates)]
  const known = points.flatMap(({ ms }) => (ms === null ? [] : [ms]))
  return {
    metric,
    objective,
    x: most > WIDE * least ? logAxis('requests/s (log scale)', rates) : linearAxis('requests/s', most),
    y: logAxis(`${metric}, ms (log scale)`, objective === null ? known : [...known, objective.ms]),
    points,
    low: verdict?.low ?? null,
    high: verdict?.high ?? null,
    knee: knee?.rate ?? null,
  }
}

function isLatency(metric: SloResult['metric']): metric is LatencyMetric {
  return Object.hasOwn(LATENCY_OF, metric)
}
