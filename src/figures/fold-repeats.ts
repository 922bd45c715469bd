import { VALIDITY_STATES, type Validity } from '../model/run/outcome.js'
import type { Counts, Sample } from '../model/run/sample.js'
import { limitedCount } from '../stats/validity/validity-errors.js'

/** Where the requests of a phase went, all repeats together. */
export interface Accounting {
  /** Open loop: what the schedule had, but for what the generator could not send; closed loop: what was sent. */
  readonly scheduled: number
  /** Open loop only: never sent. */
  readonly unsent: number
  readonly counts: Counts
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
}

export function accounting(samples: readonly Sample[]): Accounting {
  const counts = { sent: 0, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 }
  const statuses: Record<string, number> = {}
  let scheduled = 0
  let unsent = 0
  for (const sample of samples) {
    for (const kind of Object.keys(counts) as (keyof typeof counts)[]) counts[kind] += sample.counts[kind]
    for (const [status, count] of Object.entries(sample.statuses))
      statuses[status] = (statuses[status] ?? 0) + count
    scheduled += sample.open ? sample.open.scheduled - limitedCount(sample) : sample.counts.sent
    unsent += sample.open?.unsent ?? 0
  }
  return { scheduled, unsent, counts, statuses }
}

/** Requests that were neither answered as expected nor still under way at the end; what was never sent counts too. */
export function failuresOf({ scheduled, counts }: Accounting): number {
  return Math.max(0, scheduled - counts.ok - counts.unfinished)
}

/** So few failures are as good as none. */
export const MOST_FAILURES = 0.001

/** Failures as a share of all requests that ended; 0 where none did. */
export function failedShare(all: Accounting): number {
  const ended = all.scheduled - all.counts.unfinished
  return ended > 0 ? Math.min(1, failuresOf(all) / ended) : 0
}

/** Whether every scheduled request is in exactly one place. */
export function addsUp({ scheduled, unsent, counts }: Accounting): boolean {
  const { ok, badStatus, badBody, timeout, connectionError, unfinished } = counts
  return scheduled === ok + badStatus + badBody + timeout + connectionError + unfinished + unsent
}

/** Of the busiest repeat. */
export function busiestGenerator(samples: readonly Sample[]): Sample['generator'] {
  return {
    processes: Math.max(...samples.map((sample) => sample.generator.processes)),
    cpuShare: Math.max(...samples.map((sample) => sample.generator.cpuShare)),
    loopDelayP99Us: Math.max(...samples.map((sample) => sample.generator.loopDelayP99Us)),
  }
}

export function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

export function graver(a: Validity['state'], b: Validity['state']): boolean {
  return VALIDITY_STATES.indexOf(a) > VALIDITY_STATES.indexOf(b)
}

/**
 * Valid only when every repeat is; else the gravest state. With every piece of evidence for it once, and the repeats that
 * it is of; that of valid repeats, which limits no conclusion, only where all of them are.
 */
export function jointValidity(
  repeats: readonly { readonly repeat: number; readonly validity: Validity }[],
): Validity {
  const invalid = repeats.filter(({ validity }) => validity.state !== 'valid')
  let state: Validity['state'] = 'valid'
  for (const { validity } of invalid) if (graver(validity.state, state)) state = validity.state
  const telling = invalid.length > 0 ? invalid : repeats
  const trend = invalid.find(({ validity }) => validity.trend !== undefined)?.validity.trend
  return {
    state,
    ...(trend === undefined ? {} : { trend }),
    evidence: [...new Set(telling.flatMap(({ validity }) => validity.evidence))].map((text) => {
      const whose = telling.filter(({ validity }) => validity.evidence.includes(text))
      return whose.length === repeats.length
        ? text
        : `repeat ${whose.map(({ repeat }) => repeat).join(', ')}: ${text}`
    }),
  }
}
