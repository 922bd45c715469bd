import type { LoadPlan } from '../model/load-plan.js'
import type { Counts, Interval, Sample, Tick } from '../model/sample.js'
import { encodeHistogram, mergeHistograms, percentiles } from '../stats/histogram.js'
import type { GeneratorResult } from './generator-messages.js'
import type { Second } from './tally.js'

/** Puts the seconds of several generators together, each as soon as all have told theirs. */
export class SecondsMerger {
  readonly intervals: Interval[] = []
  readonly #waiting = new Map<number, Second[]>()
  readonly #generators: number
  readonly #onTick: (tick: Tick) => void
  #ok = 0
  #errors = 0

  constructor(generators: number, onTick: (tick: Tick) => void) {
    this.#generators = generators
    this.#onTick = onTick
  }

  /** Takes a whole second of one generator. */
  add(second: Second): void {
    const together = [...(this.#waiting.get(second.atSeconds) ?? []), second]
    this.#waiting.set(second.atSeconds, together)
    if (together.length < this.#generators) return
    const merged = this.#take(second.atSeconds, together)
    this.#onTick({ elapsedSeconds: merged.atSeconds + merged.seconds, ok: this.#ok, errors: this.#errors })
  }

  /** Takes what was left over at the end, and whatever not all generators have told. */
  end(rests: readonly Second[]): Interval[] {
    for (const rest of rests) {
      this.#waiting.set(rest.atSeconds, [...(this.#waiting.get(rest.atSeconds) ?? []), rest])
    }
    for (const [atSeconds, together] of [...this.#waiting].sort(([a], [b]) => a - b))
      this.#take(atSeconds, together)
    return this.intervals
  }

  #take(atSeconds: number, together: readonly Second[]): Interval {
    this.#waiting.delete(atSeconds)
    const { p50Us, p99Us } = percentiles(mergeHistograms(together.map(({ histogram }) => histogram)))
    const interval = {
      atSeconds,
      seconds: Math.max(...together.map(({ seconds }) => seconds)),
      ok: sum(together.map(({ ok }) => ok)),
      errors: sum(together.map(({ errors }) => errors)),
      p50Us,
      p99Us,
    }
    this.#ok += interval.ok
    this.#errors += interval.errors
    this.intervals.push(interval)
    return interval
  }
}

/** The sample of all generators together: counts are summed and histograms merged; nothing is averaged. */
export function mergeResults(
  plan: Pick<LoadPlan, 'steps'>,
  results: readonly GeneratorResult[],
  intervals: Interval[],
): Sample {
  const steps = plan.steps.map((step, index) => {
    const own = results.map(({ steps }) => steps[index])
    return {
      name: step.name ?? `${step.method ?? 'GET'} ${step.path}`,
      sent: sum(own.map((one) => one?.sent ?? 0)),
      ok: sum(own.map((one) => one?.ok ?? 0)),
      histogram: encodeHistogram(mergeHistograms(own.map((one) => one?.histogram ?? ''))),
    }
  })
  return {
    engine: 'closed-loop',
    // All start together; the longest one's time is the shortest in which all of it was done.
    durationUs: Math.max(...results.map(({ durationUs }) => durationUs)),
    counts: mergeCounts(results.map(({ counts }) => counts)),
    statuses: sumByKey(results.map(({ statuses }) => Object.entries(statuses))),
    errors: mergeErrors(results),
    bytesReceived: sum(results.map(({ bytesReceived }) => bytesReceived)),
    histogram: encodeHistogram(mergeHistograms(steps.map(({ histogram }) => histogram))),
    censored: sum(results.map(({ censored }) => censored)),
    intervals,
    steps,
    generator: {
      processes: results.length,
      cpuShare: Math.max(...results.map((r) => (r.durationUs > 0 ? r.cpuUs / r.durationUs : 0))),
      loopDelayP99Us: Math.max(...results.map(({ loopDelayP99Us }) => loopDelayP99Us)),
    },
  }
}

function mergeCounts(all: readonly Counts[]): Counts {
  const of = (key: keyof Counts) => sum(all.map((counts) => counts[key]))
  return {
    sent: of('sent'),
    ok: of('ok'),
    badStatus: of('badStatus'),
    badBody: of('badBody'),
    timeout: of('timeout'),
    connectionError: of('connectionError'),
    unfinished: of('unfinished'),
  }
}

function mergeErrors(results: readonly GeneratorResult[]): Sample['errors'] {
  const counts = sumByKey(
    results.map(({ errors }) => errors.map(({ what, count }) => [what, count] as const)),
  )
  return Object.entries(counts)
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count)
}

function sumByKey(all: readonly (readonly (readonly [string, number])[])[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of all.flat()) sums[key] = (sums[key] ?? 0) + count
  return sums
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
