import type { Sample } from '../../model/run/sample.js'

/** Statuses by which a service says that it takes no more: a rate limiter's, and that of one that sheds load. */
const REFUSING = ['429', '503'] as const

/** The status in what a request met with (`status 429`), where it is such a one. */
export function refusingStatus(what: string): string | undefined {
  return REFUSING.find((status) => what === `status ${status}`)
}

/** Refused requests of all that ended: beyond, they are what the load is made of. */
const MOSTLY = 0.5

export interface Refusals {
  readonly status: string
  readonly count: number
  /** Of the requests that ended. */
  readonly share: number
}

/**
 * What a service refused, where that is most of what it was asked. It was then offered more than twice what it takes, so
 * neither its own speed nor the generator's limits what it serves. Null where a scenario expects the status.
 */
export function refusalsOf({ counts, statuses }: Pick<Sample, 'counts' | 'statuses'>): Refusals | null {
  const ended = counts.sent - counts.unfinished
  for (const status of REFUSING) {
    const count = Math.min(statuses[status] ?? 0, counts.badStatus)
    if (ended > 0 && count > MOSTLY * ended) return { status, count, share: count / ended }
  }
  return null
}
