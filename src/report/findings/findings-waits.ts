import type { CompletedOutcome } from '../../model/run/outcome.js'
import { decodeHistogram, type Histogram } from '../../stats/estimate/histogram.js'
import { median } from '../../stats/estimate/intervals.js'
import { type WaitLimit, waitLimit } from '../../stats/load/connection-limit.js'
import { refusalsOf } from '../../stats/validity/refusals.js'
import * as format from '../../words/format.js'
import { busyShare, poolWaiting } from './findings-limits.js'
import { type CellView, type Detector, largest } from './findings-view.js'

/** How many times as many connections are worth a try. */
const MORE_CONNECTIONS = 4

/** What a capacity ends at although the service has room: what it refuses, and what it is not asked. */
export const WAIT_DETECTORS: readonly Detector[] = [
  {
    severity: 'warning',
    limit: 'refusals',
    sentence: (where) => `The service refuses what goes beyond a rate of its own choice (${where}).`,
    look: ({ all }) => {
      const worst = largest(
        all.flatMap((outcome) => {
          const refusals = refusalsOf(outcome.sample)
          return refusals ? [{ ...refusals, served: outcome.summary.throughput }] : []
        }),
        ({ share }) => share,
      )
      return worst && refusalWords(worst.status, worst.served, worst.share)
    },
  },
  waitDetector(
    'connections',
    (where) => `The connections of the load are what limits its capacity (${where}).`,
  ),
  waitDetector(
    'delayed-ack',
    (where) => `Answers wait about 40 ms for a delayed acknowledgement (Nagle's algorithm; ${where}).`,
  ),
  waitDetector('waits', (where) => `Requests wait for something inside a service that is idle (${where}).`),
]

function waitDetector(limit: WaitLimit, sentence: Detector['sentence']): Detector {
  return {
    severity: limit === 'delayed-ack' ? 'warning' : 'note',
    limit,
    sentence,
    look: (view) => lookFor(limit, view),
  }
}

/** Answers that nearly all take 40 ms show it on a busy machine too. */
function lookFor(limit: WaitLimit, view: CellView): string | null {
  const outcomes = limit === 'delayed-ack' ? view.all : view.capacity
  if (poolWaiting(outcomes.map(({ server }) => server)) !== null) return null
  const each = outcomes.map((outcome) => limitIn(outcome, view))
  if (each.length === 0 || each.some((one) => one !== limit)) return null
  const rate = median(outcomes.map(({ summary }) => summary.throughput)) ?? 0
  return waitWords(limit, view.connections ?? 0, rate)
}

function limitIn(outcome: CompletedOutcome, view: CellView): WaitLimit | null {
  const { sample, summary, latency } = outcome
  const busy = busyShare(outcome, view)
  if (busy === null || view.connections === null || refusalsOf(sample)) return null
  const times = timesOf(sample.histogram)
  if (times === null || times.totalCount === 0) return null
  return waitLimit({
    connections: view.connections,
    throughput: summary.throughput,
    meanUs: times.mean,
    p10Us: times.getValueAtPercentile(10),
    p50Us: times.getValueAtPercentile(50),
    busyShare: busy,
    unloadedUs: latency?.validity.state === 'valid' ? latency.service.p50Us : null,
  })
}

/** Null for a histogram that cannot be read, which the report says elsewhere. */
function timesOf(encoded: string): Histogram | null {
  try {
    return decodeHistogram(encoded)
  } catch {
    return null
  }
}

/** `8 connections ÷ 44 ms per answer carry at most 182/s, and the service is idle: try --connections 32`. */
export function waitWords(limit: WaitLimit, connections: number, throughput: number): string {
  const answer = `${format.milliseconds((connections / throughput) * 1e6)} ms`
  const most = `${format.plural(connections, 'connection')} ÷ ${answer} per answer carry at most ${format.rate(throughput)}/s`
  if (limit === 'waits')
    return `answers take ${answer} at full load, far longer than at a lower rate, and the service is idle: it waits for a lock, a pool, a CPU quota of its own or another service`
  const next = `and the service is idle: try --connections ${MORE_CONNECTIONS * connections}`
  if (limit === 'connections') return `${most}, ${next}`
  return `${most}, ${next}; about 40 ms is a delayed acknowledgement, where a server writes an answer in two parts with Nagle’s algorithm on (set TCP_NODELAY, or write it at once)`
}

export function refusalWords(status: string, served: number, share: number | null): string {
  const of = share === null ? 'most requests' : `${format.percent(share)} of the requests`
  return `the service refused ${of} (status ${status}) and answered ${format.rate(served)}/s`
}
