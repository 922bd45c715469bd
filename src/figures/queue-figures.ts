import type { CompletedOutcome } from '../model/run/outcome.js'
import type { QueueTruth } from '../model/run/server-truth.js'
import * as format from '../words/format.js'

/** What a level's queue did in one kind of phase, all repeats together. Times in µs, rates per second. */
export interface QueueFigures {
  readonly phase: 'capacity' | 'latency'
  readonly enqueuedRate: number
  readonly doneRate: number
  readonly failed: number
  /** Least and most tasks in flight at any look. */
  readonly depthMin: number
  readonly depthMax: number
  /** From enqueued to done; null where no task was done. */
  readonly completion: Completion | null
}

export interface Completion {
  readonly count: number
  readonly p50Us: number
  readonly p95Us: number
  readonly p99Us: number
  readonly maxUs: number
  /** By doubling bounds: how many took at most `leUs`, and more than the bound before. */
  readonly histogram: readonly { readonly leUs: number; readonly count: number }[]
}

type Buckets = QueueTruth['completion']

/** Empty where the level has no queue, it told nothing, or it was idle. */
export function queueFigures(outcomes: readonly CompletedOutcome[]): QueueFigures[] {
  return [
    ...folded(
      'capacity',
      outcomes.flatMap(({ server }) => server.queue ?? []),
    ),
    ...folded(
      'latency',
      outcomes.flatMap(({ latency }) => latency?.server.queue ?? []),
    ),
  ]
}

function folded(phase: QueueFigures['phase'], all: readonly QueueTruth[]): QueueFigures[] {
  const known = all.filter(({ unknown, seconds }) => unknown === null && seconds > 0)
  // Nothing came and nothing was there: the scenario does not use the queue.
  if (known.every(({ enqueued, depthMax }) => enqueued === 0 && depthMax === 0)) return []
  const sum = (of: (truth: QueueTruth) => number) => known.reduce((total, truth) => total + of(truth), 0)
  const seconds = sum((truth) => truth.seconds)
  return [
    {
      phase,
      enqueuedRate: sum(({ enqueued }) => enqueued) / seconds,
      doneRate: sum(({ done }) => done) / seconds,
      failed: sum(({ failed }) => failed),
      depthMin: Math.min(...known.map(({ depthMin }) => depthMin)),
      depthMax: Math.max(...known.map(({ depthMax }) => depthMax)),
      completion: completionOf(known.flatMap(({ completion }) => completion)),
    },
  ]
}

/** Percentiles by nearest rank: the upper bound of the bucket in which the value lies, so never too low. */
export function completionOf(all: Buckets): Completion | null {
  const buckets = merged(all, (leUs) => leUs)
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0)
  if (count === 0) return null
  const at = (quantile: number): number => {
    let left = Math.ceil(quantile * count)
    for (const bucket of buckets) {
      left -= bucket.count
      if (left <= 0) return bucket.leUs
    }
    return buckets.at(-1)?.leUs ?? 0
  }
  return {
    count,
    p50Us: at(0.5),
    p95Us: at(0.95),
    p99Us: at(0.99),
    maxUs: at(1),
    // A hair is taken off, or a bound that is a power of two but for rounding would count as the next one.
    histogram: merged(all, (leUs) => 1_000 * 2 ** Math.ceil(Math.log2(leUs / 1_000) - 1e-9)),
  }
}

/** Buckets under the bounds that `boundOf` gives, sorted. */
function merged(buckets: Buckets, boundOf: (leUs: number) => number): Buckets {
  const counts = new Map<number, number>()
  for (const { leUs, count } of buckets) {
    const bound = boundOf(leUs)
    counts.set(bound, (counts.get(bound) ?? 0) + count)
  }
  return [...counts].map(([leUs, count]) => ({ leUs, count })).sort((a, b) => a.leUs - b.leUs)
}

/** On one line, for a terminal or a list. */
export function queueText(queue: QueueFigures): string {
  const { phase, enqueuedRate, doneRate, failed, depthMin, depthMax, completion } = queue
  const parts = [
    `${format.rate(enqueuedRate)} tasks/s enqueued`,
    `${format.rate(doneRate)} done`,
    ...(failed > 0 ? [`${format.integer(failed)} failed`] : []),
    `${format.integer(depthMin)} to ${format.integer(depthMax)} in flight`,
    completion === null
      ? 'none completed'
      : `enqueued to done p50 ${format.milliseconds(completion.p50Us)} ms, p99 ${format.milliseconds(completion.p99Us)} ms`,
  ]
  return `queue, ${phase} phase: ${parts.join(', ')}`
}
