/** A kept connection that the server had given up just when a request was written on it. */
export const KEEP_ALIVE_RACE = 'keep-alive race: the server closed a kept connection as the request came'

/** What a connection that ends without an answer may say. */
const ENDS: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'closed without an answer',
  'connection closed',
])

/** Servers keep idle connections for a second or more: a connection that ends sooner was not given up for idleness. */
const LEAST_IDLE_MS = 500

/** A server that had closed says so as soon as the request reaches it; one that dies at work does so later. */
const MOST_AFTER_MS = 500

/** What is known of a request whose connection ended before its answer began; moments in ms of one clock. */
export interface Ended {
  readonly what: string
  /** When the connection's last answer ended; null where it had none. */
  readonly servedMs: number | null
  readonly sentMs: number
  readonly nowMs: number
}

/** How long a connection had been idle, in seconds, where its end was such a race; else null. */
export function idleBeforeRace({ what, servedMs, sentMs, nowMs }: Ended): number | null {
  if (servedMs === null || !ENDS.has(what)) return null
  const idleMs = sentMs - servedMs
  return idleMs >= LEAST_IDLE_MS && nowMs - sentMs <= MOST_AFTER_MS ? idleMs / 1e3 : null
}
