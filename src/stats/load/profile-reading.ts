import type { RateStage } from '../../model/plan/load-plan.js'
import type { ProfileName, ProfileReading } from '../../model/plan/profile.js'
import type { Interval, Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'
import { milliseconds } from '../../words/in-sentences.js'
import { median } from '../estimate/intervals.js'
import { inStretches, theilSen } from '../estimate/theil-sen.js'

/** A second is broken when its p99 is this many times that of the start, … */
const BREAKING_FACTOR = 10
/** … or when more than this share of its requests was not answered as expected. */
const BREAKING_ERRORS = 0.01
/** Broken once may be a hiccup; this many seconds in a row are a breaking point. */
const IN_A_ROW = 2

/** Latency is back when p99 is at most this many times that of the start; a rise of `BACK_FLOOR_US` is none. */
const BACK_FACTOR = 2
const BACK_FLOOR_US = 2_000

/** A trend is read from at most so many stretches of the measurement. */
const STRETCHES = 60

/** Seconds shorter than this hold too little to be read. */
const SHORTEST_SECOND = 0.5

/**
 * What a profile is for, read from its sample; null for `steady` and for a user's own stages.
 * @param stages as the sample was loaded
 */
export function readProfile(
  profile: ProfileName,
  sample: Pick<Sample, 'intervals'>,
  stages: readonly RateStage[],
  server: Pick<ServerTruth, 'usage' | 'timeline'> | null,
): ProfileReading | null {
  const seconds = sample.intervals.filter((interval) => interval.seconds >= SHORTEST_SECOND)
  switch (profile) {
    case 'ramp':
    case 'stress':
      return breakingPoint(seconds, stages)
    case 'spike':
      return recovery(seconds, stages)
    case 'soak':
      return drift(seconds, server)
    case 'steady':
    case 'stages':
      return null
  }
}

interface StageTime extends RateStage {
  readonly startsAt: number
  readonly endsAt: number
}

function timesOf(stages: readonly RateStage[]): StageTime[] {
  let at = 0
  return stages.map((stage) => {
    const startsAt = at
    at += stage.seconds
    return { ...stage, startsAt, endsAt: at }
  })
}

const EPSILON = 1e-6
const within = (seconds: readonly Interval[], from: number, to: number) =>
  seconds.filter((s) => s.atSeconds >= from - EPSILON && s.atSeconds + s.seconds <= to + EPSILON)

/** Middle of the p99 of the seconds; null where none has one. */
function middleP99(seconds: readonly Interval[]): number | null {
  return median(seconds.flatMap(({ p99Us }) => (p99Us === null ? [] : [p99Us])))
}

/** The seconds of the first stage, or of a fifth of the profile where that is longer; the very first where none fits. */
function calmSeconds(seconds: readonly Interval[], times: readonly StageTime[]): readonly Interval[] {
  const end = Math.max(times[0]?.endsAt ?? 0, (times.at(-1)?.endsAt ?? 0) / 5)
  const calm = within(seconds, 0, end)
  return calm.length > 0 ? calm : seconds.slice(0, 1)
}

/** Of what was to be sent in the second: everything that did not come back as expected, also what was never sent. */
function errorShare({ ok, errors, scheduled }: Interval): number {
  const all = scheduled ?? ok + errors
  return all > 0 ? Math.max(0, all - ok) / all : 0
}

function breakingPoint(seconds: readonly Interval[], stages: readonly RateStage[]): ProfileReading {
  const times = timesOf(stages)
  const calm = middleP99(calmSeconds(seconds, times))
  const highest = Math.max(...stages.flatMap(({ from, to }) => [from, to]))
  const last = times.at(-1)
  // A stress ends with a way back, a ramp at its top.
  const returnsAt = last && last.to < highest ? last.startsAt : null
  const rising =
    returnsAt === null ? seconds : seconds.filter(({ atSeconds }) => atSeconds < returnsAt - EPSILON)
  const reasons = rising.map((second) => whyBroken(second, calm))
  // The last second alone proves nothing: what it sent may still be in flight.
  const broke = reasons.findIndex((_, i) => isRow(reasons.slice(i, i + IN_A_ROW)))
  const good = (broke < 0 ? rising : rising.slice(0, broke)).filter((_, i) => reasons[i] === null)
  const breaking = rising[broke]
  return {
    kind: 'breaking-point',
    goodRate: good.length > 0 ? Math.max(...good.map((second) => rateOf(second, times))) : null,
    brokeAtRate: breaking ? rateOf(breaking, times) : null,
    why: reasons[broke] ?? null,
    recoverySeconds: breaking && returnsAt !== null ? backAfter(seconds, returnsAt, calm) : null,
  }
}

function isRow(reasons: readonly (string | null)[]): boolean {
  return reasons.length === IN_A_ROW && reasons.every((reason) => reason !== null)
}

/** Arrivals per second that the stages mean for a second: of a low rate its own count is too coarse. */
function rateOf({ atSeconds, seconds }: Interval, times: readonly StageTime[]): number {
  const arrivals = times.map(({ startsAt, endsAt, from, to }) => {
    const [begin, end] = [Math.max(atSeconds, startsAt), Math.min(atSeconds + seconds, endsAt)]
    if (end <= begin) return 0
    const middle = ((begin + end) / 2 - startsAt) / (endsAt - startsAt)
    return (from + (to - from) * middle) * (end - begin)
  })
  return Number((arrivals.reduce((sum, of) => sum + of, 0) / seconds).toPrecision(9))
}

function whyBroken(second: Interval, calmP99Us: number | null): string | null {
  const errors = errorShare(second)
  if (errors > BREAKING_ERRORS) {
    return `${(errors * 100).toFixed(errors < 0.1 ? 1 : 0)} % of the requests were not answered as expected`
  }
  if (calmP99Us === null || second.p99Us === null || second.p99Us <= BREAKING_FACTOR * calmP99Us) return null
  return `p99 rose to ${milliseconds(second.p99Us)}, from ${milliseconds(calmP99Us)} at the start`
}

function recovery(seconds: readonly Interval[], stages: readonly RateStage[]): ProfileReading {
  const times = timesOf(stages)
  const spike = times[1]
  const baseline = middleP99(calmSeconds(seconds, times))
  const since = spike ? seconds.filter((s) => s.atSeconds + s.seconds > spike.startsAt + EPSILON) : []
  const peaks = since.flatMap(({ p99Us }) => (p99Us === null ? [] : [p99Us]))
  return {
    kind: 'recovery',
    baselineP99Us: baseline,
    peakP99Us: peaks.length > 0 ? Math.max(...peaks) : null,
    recoverySeconds: spike ? backAfter(seconds, spike.endsAt, baseline) : null,
  }
}

/** Seconds from `from` until the first second that is good again and stays so for the next; null: it never was. */
function backAfter(seconds: readonly Interval[], from: number, calmP99Us: number | null): number | null {
  if (calmP99Us === null) return null
  const bound = Math.max(BACK_FACTOR * calmP99Us, calmP99Us + BACK_FLOOR_US)
  const after = seconds.filter(({ atSeconds }) => atSeconds >= from - EPSILON)
  const isBack = (second: Interval) =>
    second.p99Us !== null && second.p99Us <= bound && errorShare(second) <= BREAKING_ERRORS
  const at = after.findIndex((_, i) => after.slice(i, i + IN_A_ROW).every(isBack))
  const back = after[at]
  // The first whole second may start a little later than the return itself; if that one is good, it was never away.
  return back ? (at === 0 ? 0 : back.atSeconds - from) : null
}

function drift(
  seconds: readonly Interval[],
  server: Pick<ServerTruth, 'usage' | 'timeline'> | null,
): ProfileReading {
  const latencies = seconds.flatMap(({ atSeconds, p99Us }): [number, number][] =>
    p99Us === null ? [] : [[atSeconds / 3_600, p99Us]],
  )
  const p99 = theilSen(inStretches(latencies, STRETCHES))
  const rss = theilSen(inStretches(server ? memoryOverHours(server) : [], STRETCHES))
  return {
    kind: 'drift',
    p99UsPerHour: p99?.slope ?? null,
    rssBytesPerHour: rss?.slope ?? null,
    p99Drifts: p99 !== null && (p99.low > 0 || p99.high < 0),
    rssGrows: rss !== null && rss.low > 0,
  }
}

/** Memory of the level's own process groups together, where each of them was sampled. */
function memoryOverHours({
  usage,
  timeline,
}: Pick<ServerTruth, 'usage' | 'timeline'>): [hours: number, bytes: number][] {
  const names = new Set(usage.filter(({ role }) => role !== 'service').map(({ name }) => name))
  const series = timeline?.series.filter(({ of, what }) => what === 'rss' && names.has(of)) ?? []
  if (!timeline || series.length === 0) return []
  return timeline.atSeconds.flatMap((at, i): [number, number][] => {
    const values = series.map(({ values }) => values[i] ?? null)
    if (values.some((value) => value === null)) return []
    return [[at / 3_600, values.reduce<number>((sum, value) => sum + (value ?? 0), 0)]]
  })
}
