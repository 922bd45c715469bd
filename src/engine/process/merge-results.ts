import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Counts, Interval, Sample, Tick } from '../../model/run/sample.js'
import {
  addHistogram,
  encodeHistogram,
  mergeHistograms,
  percentiles,
} from '../../stats/estimate/histogram.js'
import { mergeErrorKinds } from '../../stats/validity/error-kinds.js'
import { onsetOf, type StepCourse } from '../../stats/validity/error-onset.js'
import { stepName } from '../steps/step-name.js'
import type { Progress, Second } from '../tally/tally.js'
import type { GeneratorResult, OpenGeneratorResult } from './generator-messages.js'
import { mergeLogIns } from './log-ins.js'

/** Puts the progress of several generators together: a tick once all have told theirs. */
export class ProgressMerger {
  readonly #latest: (Progress | undefined)[]
  readonly #onTick: (tick: Tick) => void
  #ticked = 0
  /** Not told yet. */
  #histograms: string[] = []

  constructor(generators: number, onTick: (tick: Tick) => void) {
    this.#latest = Array.from({ length: generators })
    this.#onTick = onTick
  }

  /** A second of one generator; its times go with the next tick. */
  addSecond({ histogram }: Pick<Second, 'histogram'>): void {
    if (histogram !== '') this.#histograms.push(histogram)
  }

  add(generator: number, progress: Progress): void {
    this.#latest[generator] = progress
    const all = this.#latest.map((one) => one?.elapsedSeconds ?? 0)
    const elapsedSeconds = Math.min(...all)
    if (elapsedSeconds <= this.#ticked) return
    this.#ticked = elapsedSeconds
    const of = (key: 'ok' | 'errors') => sum(this.#latest.map((one) => one?.[key] ?? 0))
    const faults = mergeErrorKinds(this.#latest.map((one) => one?.faults ?? []))
    const highest = (key: 'busyShare' | 'ownLagUs') => {
      const values = this.#latest.flatMap((one) => one?.[key] ?? [])
      return values.length === 0 ? {} : { [key]: Math.max(...values) }
    }
    this.#onTick({
      elapsedSeconds,
      ok: of('ok'),
      errors: of('errors'),
      ...(faults.length > 0 ? { faults } : {}),
      ...(this.#histograms.length > 0 ? { histograms: this.#histograms } : {}),
      ...highest('busyShare'),
      ...highest('ownLagUs'),
    })
    this.#histograms = []
  }

  /** Every generator has lived through the time, and none of them got any answer but only failed connections. */
  isTotalFailure(afterSeconds: number): boolean {
    return this.#latest.every(
      (one) => one && one.elapsedSeconds >= afterSeconds && one.answers === 0 && one.connectionErrors > 0,
    )
  }
}

/**
 * Puts the seconds of several generators together, at the end: while a load goes on, whatever rungs itself does may hold
 * up the service or a generator.
 */
export class SecondsMerger {
  readonly #told = new Map<number, Second[]>()

  /** Takes a whole second of one generator. */
  add(second: Second): void {
    const together = this.#told.get(second.atSeconds)
    if (together) together.push(second)
    else this.#told.set(second.atSeconds, [second])
  }

  /** With what was left over at the end; gives all, in order. */
  end(rests: readonly Second[]): Interval[] {
    for (const rest of rests) this.add(rest)
    return [...this.#told]
      .sort(([a], [b]) => a - b)
      .map(([atSeconds, together]) => merged(atSeconds, together))
  }
}

function merged(atSeconds: number, together: readonly Second[]): Interval {
  const { p50Us, p99Us } = percentiles(mergeHistograms(together.map(({ histogram }) => histogram)))
  const scheduled = together.flatMap(({ scheduled }) => scheduled ?? [])
  return {
    atSeconds,
    seconds: Math.max(...together.map(({ seconds }) => seconds)),
    ok: sum(together.map(({ ok }) => ok)),
    errors: sum(together.map(({ errors }) => errors)),
    ...(scheduled.length > 0 ? { scheduled: sum(scheduled) } : {}),
    p50Us,
    p99Us,
  }
}

/** The sample of all generators together: counts are summed and histograms merged; nothing is averaged. */
export function mergeResults(
  plan: Pick<LoadPlan, 'steps'>,
  results: readonly GeneratorResult[],
  intervals: Interval[],
): Omit<Sample, 'engine' | 'open'> {
  const steps = plan.steps.map((step, index) => {
    const own = results.map(({ steps }) => steps[index])
    return {
      name: stepName(step),
      sent: sum(own.map((one) => one?.sent ?? 0)),
      ok: sum(own.map((one) => one?.ok ?? 0)),
      histogram: encodeHistogram(mergeHistograms(own.map((one) => one?.histogram ?? ''))),
      ...onset(own.flatMap((one) => one?.course ?? [])),
    }
  })
  const logIns = mergeLogIns(
    results.flatMap(({ logIns }) => logIns ?? []),
    steps.map(({ name }) => name),
  )
  return {
    // All start together; the longest one's time is the shortest in which all of it was done.
    durationUs: Math.max(...results.map(({ durationUs }) => durationUs)),
    ...lastOkOf(results),
    ...leftBehindOf(results),
    counts: mergeCounts(results.map(({ counts }) => counts)),
    statuses: sumByKey(results.map(({ statuses }) => Object.entries(statuses))),
    errors: mergeErrorKinds(results.map(({ errors }) => errors)),
    bytesReceived: sum(results.map(({ bytesReceived }) => bytesReceived)),
    histogram: encodeHistogram(mergeHistograms(steps.map(({ histogram }) => histogram))),
    censored: sum(results.map(({ censored }) => censored)),
    intervals,
    steps,
    generator: {
      processes: results.length,
      cpuShare: Math.max(...results.map((r) => (r.durationUs > 0 ? r.cpuUs / r.durationUs : 0))),
      loopDelayP99Us: Math.max(...results.map(({ loopDelayP99Us }) => loopDelayP99Us)),
      loopUtilisation: Math.max(...results.map(({ loopUtilisation }) => loopUtilisation)),
      ...waitShareOf(results),
      ...limitsOf(results),
    },
    ...(logIns ? { logIns } : {}),
  }
}

function lastOkOf(results: readonly GeneratorResult[]): Pick<Sample, 'lastOkUs'> {
  const moments = results.flatMap(({ lastOkUs }) => lastOkUs ?? [])
  return moments.length === 0 ? {} : { lastOkUs: Math.max(...moments) }
}

function leftBehindOf(results: readonly GeneratorResult[]): Pick<Sample, 'leftBehind'> {
  const left = sum(results.map(({ leftBehind = 0 }) => leftBehind))
  return left === 0 ? {} : { leftBehind: left }
}

/** When a step began to fail, by all generators together. */
function onset(courses: readonly StepCourse[]): Pick<Sample['steps'][number], 'onset'> {
  const seconds = Math.max(0, ...courses.flatMap(({ ok, errors }) => [ok.length, errors.length]))
  const total = (of: keyof StepCourse) =>
    Array.from({ length: seconds }, (_, at) => sum(courses.map((course) => course[of][at] ?? 0)))
  const found = onsetOf({ ok: total('ok'), errors: total('errors') })
  return found === null ? {} : { onset: found }
}

function limitsOf(results: readonly GeneratorResult[]): Pick<Sample['generator'], 'limits'> {
  const limits = mergeErrorKinds(results.map(({ limits }) => limits))
  return limits.length === 0 ? {} : { limits: limits.map(({ what, count }) => ({ what, count })) }
}

/** Of the generator that waited longest, where all could tell. */
function waitShareOf(results: readonly GeneratorResult[]): Pick<Sample['generator'], 'waitShare'> {
  const shares = results.flatMap(({ waitedUs, durationUs }) =>
    waitedUs === null || durationUs === 0 ? [] : [Math.min(1, waitedUs / durationUs)],
  )
  return shares.length < results.length ? {} : { waitShare: Math.max(...shares) }
}

/**
 * The sample of an open loop: the unsent belong to its latencies, but to none of its steps.
 * @param beganUs the schedule's beginning by the machine's monotonic clock, in µs; absent where a generator had other
 *   work too, so that its pauses cannot be told from that
 */
export function mergeOpenResults(
  plan: OpenLoadPlan,
  results: readonly OpenGeneratorResult[],
  intervals: Interval[],
  beganUs?: number,
): Omit<Sample, 'engine'> {
  const all = mergeResults(plan, results, intervals)
  const merged = (key: 'unsentHistogram' | 'serviceHistogram' | 'lagHistogram' | 'ownLagHistogram') =>
    mergeHistograms(results.map((result) => result[key]))
  const latency = mergeHistograms([all.histogram])
  addHistogram(latency, merged('unsentHistogram'))
  const unsent = sum(results.map(({ unsent }) => unsent))
  return {
    ...all,
    histogram: encodeHistogram(latency),
    censored: all.censored + unsent,
    open: {
      arrival: plan.arrival,
      scheduled: sum(results.map(({ scheduled }) => scheduled)),
      unsent,
      maxConnections: plan.maxConnections,
      peakConnections: sum(results.map(({ peakConnections }) => peakConnections)),
      serviceHistogram: encodeHistogram(merged('serviceHistogram')),
      lagHistogram: encodeHistogram(merged('lagHistogram')),
      ownLagHistogram: encodeHistogram(merged('ownLagHistogram')),
      ...(beganUs === undefined ? {} : { beganUs, pauses: pausesOf(results) }),
    },
  }
}

function pausesOf(results: readonly OpenGeneratorResult[]): [number, number][] {
  return results
    .flatMap(({ pauses }) => pauses)
    .map(({ startUs, endUs }): [number, number] => [rounded(startUs), rounded(endUs - startUs)])
    .sort(([a], [b]) => a - b)
}

function rounded(us: number): number {
  return Math.round(Math.max(0, us))
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

function sumByKey(all: readonly (readonly (readonly [string, number])[])[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of all.flat()) sums[key] = (sums[key] ?? 0) + count
  return sums
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
