/** What a closed loop and the server's side showed together. Times in µs, shares 0 to 1. */
export interface LoopFacts {
  readonly connections: number
  readonly throughput: number
  readonly meanUs: number
  readonly p10Us: number
  readonly p50Us: number
  /** The largest share that is in use of what the service could use: CPU, event loop. */
  readonly busyShare: number
  /** Service time (p50) of the open loop at a lower rate; null where it was not measured. */
  readonly unloadedUs: number | null
}

/**
 * `connections`: more of them would carry more. `delayed-ack`: the same, and answers take what a delayed acknowledgement
 * takes. `waits`: answers take far longer than at a lower rate although the service is idle, so it waits for something.
 */
export type WaitLimit = 'connections' | 'delayed-ack' | 'waits'

/** A service that uses less than this of what it could use is idle. */
const IDLE_SHARE = 0.5

/** Connections have a request under way for this share of the time, unless the generator or think time holds it back. */
const IN_FLIGHT = 0.8

/** Answers that take so many times as long as at a lower rate have waited for each other. */
const WAITED = 2

/**
 * Linux delays an acknowledgement by 40 ms (TCP_DELACK_MIN; a tick or some more is seen). A server that writes an answer in
 * two small parts, with Nagle's algorithm on, sends the second part only then.
 */
const DELAYED_ACK_US = [38_000, 50_000] as const

/**
 * What limits a closed loop whose service is idle; null where the service is not, or its connections were not all in use.
 * By Little's law `connections` requests under way, each for `meanUs`, are so many answers per second and no more.
 */
export function waitLimit(facts: LoopFacts): WaitLimit | null {
  const { connections, throughput, meanUs, p10Us, p50Us, busyShare, unloadedUs } = facts
  if (busyShare >= IDLE_SHARE) return null
  if ((throughput * meanUs) / 1e6 < IN_FLIGHT * connections) return null
  const [low, high] = DELAYED_ACK_US
  // Hardly any is faster; on a busy machine some take longer.
  if (p10Us >= low && p50Us <= high) return 'delayed-ack'
  // Without a lower rate it cannot be told whether answers wait for each other.
  if (unloadedUs === null) return null
  return meanUs > WAITED * unloadedUs ? 'waits' : 'connections'
}
