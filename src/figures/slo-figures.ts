import type { SloResult } from '../model/plan/slo.js'
import type { CompletedOutcome, Validity } from '../model/run/outcome.js'
import { requestsFor } from '../stats/validity/slo.js'
import * as format from '../words/format.js'
import { groupBy } from '../words/group-by.js'

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
  /** What its percentile rests on in the repeat with the fewest requests, and what it takes; null where it is about none. */
  readonly requests: { readonly count: number; readonly needed: number } | null
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
  const results = outcomes.flatMap((outcome) =>
    outcome.slo.map((result): Judged => {
      const requests = outcome.latency ? requestsFor(result.metric, outcome.latency) : null
      const isTold = requests === null || requests.count >= requests.needed
      return { ...result, ...(isTold ? {} : { state: 'no-data' as const, actual: null }), requests }
    }),
  )
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
          failed: group.filter((result) => result.state === 'missed').length,
          requests: fewestOf(group),
          phase,
          invalid: judged === 'valid' ? null : judged,
        } satisfies SloFigures,
      ]
    },
  )
}

type Judged = SloResult & Pick<SloFigures, 'requests'>

function fewestOf(group: readonly Judged[]): SloFigures['requests'] {
  const known = group.flatMap(({ requests }) => requests ?? [])
  return known.sort((a, b) => a.count - b.count)[0] ?? null
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
  return `${format.latency(worst)} ms`
}

/** `met`, `missed`, `no data: 17 requests of 500 that p99 takes`; no verdict where the phase is not valid. */
export function sloVerdict({ state, invalid, phase, metric, requests }: SloFigures): string {
  if (invalid !== null && invalid !== 'no-data') return `no verdict: ${phase} is not valid (${invalid})`
  if (state !== 'no-data' && invalid === null) return state
  if (invalid !== null || requests === null || requests.count >= requests.needed) return 'no data'
  const { count, needed } = requests
  return `no data: ${format.plural(count, 'request')} of the ${format.integer(needed)} that ${metric} takes`
}

/** `p99<5ms (6.04 ms)`. */
export function sloText(slo: SloFigures): string {
  return `${slo.rule} (${slo.worst === null ? 'no data' : sloValue(slo)})`
}

/** The measured value, with the requests that a percentile rests on: `6.04 ms of 7,394 requests`. */
export function sloBasis(slo: SloFigures): string {
  const { worst, requests } = slo
  return `${sloValue(slo)}${worst === null || requests === null ? '' : ` of ${format.plural(requests.count, 'request')}`}`
}

/** Whether it counts as not met: missed, or nothing was answered at all. */
export function isMissed({ state, invalid }: SloFigures): boolean {
  return invalid === 'no-data' || (invalid === null && state === 'missed')
}

/** Whether it is neither met nor missed. */
export function hasNoVerdict(slo: SloFigures): boolean {
  return !isMissed(slo) && (slo.invalid !== null || slo.state === 'no-data')
}
