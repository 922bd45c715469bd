import type { Validity } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import { LEAST_ANSWERS } from '../../stats/validity/validity-capacity.js'

/** A capacity that does not stand yet is measured again, so that it takes at most so many times its length. */
const MOST_TIMES = 3

/** Of a service that gave too few answers, so many are waited for. */
const WANTED_ANSWERS = 1.5 * LEAST_ANSWERS

/** What was measured, and how often. */
export interface CapacityWindow {
  readonly sample: Sample
  readonly validity: Validity
  /** Measurements so far, this one among them. */
  readonly windows: number
}

/**
 * Seconds for which a capacity is to be measured again, or null where it stands: a service whose speed was still
 * changing, for as long again (twice at most); one that answers slowly, for as long as 15 answers take (three times as
 * long as asked for at most). What else is wrong would be no better a second time.
 * @param asked seconds that a measurement lasts
 */
export function nextWindow({ sample, validity, windows }: CapacityWindow, asked: number): number | null {
  const { counts, durationUs, errors } = sample
  if (windows === 1 && counts.ok < LEAST_ANSWERS && errors.length === 0) {
    const perSecond = counts.ok / (durationUs / 1e6)
    const wanted = perSecond > 0 ? Math.ceil(WANTED_ANSWERS / perSecond) : Number.POSITIVE_INFINITY
    return Math.max(asked, Math.min(MOST_TIMES * asked, wanted))
  }
  const isOnlyUnsteady = validity.state === 'unsteady' && validity.evidence.length === 1
  return isOnlyUnsteady && windows < MOST_TIMES ? asked : null
}
