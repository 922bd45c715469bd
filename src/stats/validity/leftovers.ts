import type { Sample } from '../../model/run/sample.js'
import { grouped } from '../../words/in-sentences.js'

/** Share of a measurement's time that work left over from the load before may take. */
const LEFTOVER_LIMIT = 0.05

/**
 * Seconds of work that a load has left to the service: the requests that it gave up at its end, at the rate at which it
 * got answers. A service that works for one client at a time does it before it turns to the next load. Infinite where it
 * got none.
 */
export function leftoverSeconds({
  counts,
  durationUs,
  leftBehind = 0,
}: Pick<Sample, 'counts' | 'durationUs' | 'leftBehind'>): number {
  if (leftBehind === 0) return 0
  const answers = counts.ok + counts.badStatus + counts.badBody
  return answers === 0 ? Number.POSITIVE_INFINITY : (leftBehind * durationUs) / 1e6 / answers
}

/**
 * What is wrong with a measurement that began while so many seconds of such work were left, or null.
 * @param given how many requests the load before gave up
 */
export function leftoverText(seconds: number, given: number, phaseSeconds: number): string | null {
  if (seconds <= LEFTOVER_LIMIT * phaseSeconds) return null
  const work = Number.isFinite(seconds) ? `about ${Math.ceil(seconds)} s of work were` : 'their work was'
  return `the load before it gave up ${grouped(given)} requests unanswered, and ${work} still to be done when this began: use fewer connections, a lower rate or a longer --timeout`
}
