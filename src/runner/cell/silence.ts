import type { Interval, Sample } from '../../model/run/sample.js'
import { errorsText } from '../../stats/validity/errors-text.js'
import { nobodyIn } from '../../stats/validity/log-ins.js'
import { limitedCount } from '../../stats/validity/validity-errors.js'
import { seconds } from '../../words/in-sentences.js'

/** A service may be silent for this long at the end before it counts as gone, in seconds. */
const SILENCE_SECONDS = 1

/** Or for so many times its slowest second's 99th percentile, where that is longer. */
const SILENCE_P99 = 5

/** So many answers must be missing: a single bad one at the end is an error, and no silence. */
const SILENCE_ANSWERS = 5

/**
 * When the service stopped giving good answers for the rest of the measurement: seconds since its start, or null when
 * it answered to the end. Such a sample holds two states of the service, and its mean tells of neither. Judged by what was
 * due: in an open loop what the schedule has; in a closed one, answers at the rate of those before.
 */
export function stoppedAnsweringAt(sample: Sample): number | null {
  const { intervals, durationUs, open } = sample
  const last = intervals.findLastIndex(({ ok }) => ok > 0)
  const due = dueAfter(sample, last)
  const before = intervals[last]
  if (!before) return intervals.length > 0 && (open === undefined || due > 0) ? 0 : null
  const silentFrom = before.atSeconds + before.seconds
  const silentFor = durationUs / 1e6 - silentFrom
  const slowest = Math.max(...intervals.map(({ p99Us }) => p99Us ?? 0)) / 1e6
  const isSilent = silentFor >= Math.max(SILENCE_SECONDS, SILENCE_P99 * slowest) && due >= SILENCE_ANSWERS
  return isSilent ? silentFrom : null
}

/** What to say of a measurement in which the service stopped giving good answers, or null. */
export function silenceText(sample: Sample): string | null {
  const silentAt = stoppedAnsweringAt(sample)
  if (silentAt === null) return null
  return `the service gave no good answer from ${silentAt.toFixed(1)} s of ${seconds(sample.durationUs)} on: ${errorsText(sample)}`
}

/** Answers that should have come after the interval at this place, or in all of them for −1. */
function dueAfter({ intervals, durationUs, open }: Sample, last: number): number {
  const sum = (some: readonly Interval[], of: (interval: Interval) => number) =>
    some.reduce((total, interval) => total + of(interval), 0)
  const silent = intervals.slice(last + 1)
  if (open) return sum(silent, ({ scheduled = 0 }) => scheduled)
  const until = intervals[last]
  if (!until) return Number.POSITIVE_INFINITY
  const passed = until.atSeconds + until.seconds
  return (sum(intervals, ({ ok }) => ok) / passed) * (durationUs / 1e6 - passed)
}

/**
 * What to say of a load none of whose requests was answered, though their answers were waited for behind it until none
 * came for the time-out; null for any other.
 */
export function neverAnswered({ counts, leftBehind }: Sample, timeoutSeconds: number): string | null {
  if (counts.sent === 0 || leftBehind !== counts.sent) return null
  return `not one of ${counts.sent} requests was answered within ${timeoutSeconds} s`
}

/** What to say of a measurement that ended before any request had come to its end; null for any other. */
export function endedTooSoon({ counts, errors, durationUs }: Sample): string | null {
  if (counts.sent === 0 || counts.unfinished < counts.sent || errors.length > 0) return null
  return `no answer came within ${seconds(durationUs)}, and nothing had failed by then: make --duration longer than an answer takes`
}

/** Why nothing can be measured after such a warm-up, or null. */
export function warmUpProblem(sample: Sample, timeoutSeconds: number): string | null {
  const nothing = nobodyIn(sample) ?? neverAnswered(sample, timeoutSeconds)
  if (nothing !== null) return nothing
  const isAllWrong = sample.counts.ok === 0 && sample.errors.length > 0
  return isAllWrong ? `no answer was as expected: ${errorsText(sample)}` : null
}

/**
 * Why a sample is no measurement of the service, or null.
 * @param toTheEnd whether a service that lives answers to the end of such a load
 */
export function sampleProblem(sample: Sample, toTheEnd: boolean): string | null {
  // Of a generator that could not send, silence tells nothing; its validity tells why.
  const isToSpeak = toTheEnd && limitedCount(sample) === 0
  return nobodyIn(sample) ?? endedTooSoon(sample) ?? (isToSpeak ? silenceText(sample) : null)
}
