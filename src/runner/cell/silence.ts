import type { Sample } from '../../model/run/sample.js'
import { errorsText } from '../../stats/validity/errors-text.js'
import { nobodyIn } from '../../stats/validity/log-ins.js'
import { answeredLater, silentFromSecond } from '../../stats/validity/silence.js'
import { limitedCount } from '../../stats/validity/validity-errors.js'
import { seconds } from '../../words/in-sentences.js'

/** What to say of a measurement from some moment of which the service was gone, or null. */
function goneText(sample: Sample): string | null {
  const silentFrom = silentFromSecond(sample)
  if (silentFrom === null || answeredLater(sample, silentFrom)) return null
  return `the service gave no good answer from ${silentFrom.toFixed(1)} s of ${seconds(sample.durationUs)} on: ${errorsText(sample)}`
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
  return nobodyIn(sample) ?? endedTooSoon(sample) ?? (isToSpeak ? goneText(sample) : null)
}
