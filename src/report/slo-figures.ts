import type { CompletedOutcome, Validity } from '../model/outcome.js'
import type { SloResult } from '../model/slo.js'
import * as format from './format.js'
import { groupBy } from './group-by.js'

/** What became of an objective over all repeats of a cell. */
export interface SloFigures {
  readonly rule: string
  readonly metric: SloResult['metric']
  /** Whether somebody gave it; the others are the default KPIs, which decide nothing. */
  readonly stated: boolean
  /** Missed where a repeat missed it; without data where a repeat had none and no other missed it. */
  readonly state: SloResult['state']
  /** Of the worst repeat, in µs, requests per second or as a share; null without data. */
  readonly worst: number | null
  readonly repeats: number
  /** Repeats that did not meet it. */
  readonly failed: number
  /** The phase that it is judged by. */
  readonly phase: 'capacity' | 'latency'
  /** Why there is no verdict: the phase's state, where it is not valid. */
  readonly invalid: Exclude<Validity['state'], 'valid'> | null
}

/** Metrics of which more is better. */
const MORE_IS_BETTER: readonly SloResult['metric'][] = ['throughput', 'availability']

/** Each objective of a cell, in the order in which they were given. */
export function sloFigures(
  outcomes: readonly CompletedOutcome[],
  validity: { readonly capacity: Validity; readonly latency: Validity | null },
): SloFigures[] {
  const results = outcomes.flatMap((outcome) => outcome.slo)
  return [...groupBy(results, ({ rule, stated }) => JSON.stringify([rule, stated])).values()].flatMap(
    (group) => {
      const [first] = group
      if (first === undefined) return []
      const phase = first.metric === 'throughput' || validity.latency === null ? 'capacity' : 'latency'
      const judged = (phase === 'latency' ? validity.latency : validity.capacity)?.state ?? 'no-data'
      return [
        {
          rule: first.rule,
          metric: first.metric,
          stated: group.some((result) => result.stated),
          state: worstState(group),
          worst: worstOf(group),
          repeats: group.length,
          failed: group.filter((result) => result.state !== 'met').length,
          phase,
          invalid: judged === 'valid' ? null : judged,
        } satisfies SloFigures,
      ]
    },
  )
}

function worstState(group: readonly SloResult[]): SloResult['state'] {
  const states = group.map((result) => result.state)
  return states.includes('missed') ? 'missed' : states.includes('no-data') ? 'no-data' : 'met'
}

function worstOf(group: readonly SloResult[]): number | null {
  const known = group.flatMap(({ actual }) => (actual === null ? [] : [actual]))
  if (known.length === 0) return null
  return group.some(({ metric }) => MORE_IS_BETTER.includes(metric)) ? Math.min(...known) : Math.max(...known)
}

/** The measured value with its unit. */
export function sloValue({ metric, worst }: Pick<SloFigures, 'metric' | 'worst'>): string {
  if (worst === null) return format.rate(null)
  if (metric === 'throughput') return `${format.rate(worst)} requests/s`
  if (metric === 'errors') return format.percent(worst)
  // Availability is near 100 %, where the digits that matter come late; it is never rounded up to the limit.
  if (metric === 'availability') return `${Math.floor(worst * 1e6 + 1e-6) / 1e4} %`
  return `${format.milliseconds(worst)} ms`
}

/** `met`, `missed`, `no data`; no verdict where the phase is not valid. */
export function sloVerdict({ state, invalid, phase }: SloFigures): string {
  if (invalid !== null && invalid !== 'no-data') return `no verdict: ${phase} is not valid (${invalid})`
  return state === 'no-data' || invalid === 'no-data' ? 'no data' : state
}

/** Whether it counts as not met. */
export function isMissed({ state, invalid }: SloFigures): boolean {
  return invalid === 'no-data' || (invalid === null && state !== 'met')
}
