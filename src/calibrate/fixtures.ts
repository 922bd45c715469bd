import { INSTRUMENT_US } from '../stats/validity/validity-words.js'
/** How a fixture's server answers. Times in ms; each is the least that the server waits, and it logs what it did wait. */
export interface Behaviour {
  /** From a request to its answer, or to its headers where `bodyAfterMs` is given. */
  readonly delayMs: number
  /** Users log in first, at a path of its own, which takes this long. */
  readonly logInMs?: number
  /** One request at a time is worked on, for so long each; its residence is that. */
  readonly workMs?: number
  /** Every n-th request takes this long instead. */
  readonly slow?: { readonly every: number; readonly delayMs: number }
  /** In each cycle, from the first request on: what arrives in the stall is answered at its end. */
  readonly stall?: Stall
  /** Every n-th request: the connection is closed without a reply. */
  readonly dropEvery?: number
  /** Every n-th request is never answered. */
  readonly hangEvery?: number
  /** Each answer ends its connection. */
  readonly closes?: boolean
  /** The body in this many chunks, without a length. */
  readonly chunks?: number
  /** The body this long after the headers. */
  readonly bodyAfterMs?: number
  /** A connection that is idle for this long is closed; answers say so by `Keep-Alive: timeout`, in whole seconds. */
  readonly idleMs?: number
}

export interface Stall {
  readonly cycleMs: number
  /** Where in the cycle it begins, and how long it takes. */
  readonly fromMs: number
  readonly lengthMs: number
}

/** A schedule of evenly spaced arrivals, the first one half a gap after its start, as the open loop sends them. */
export interface Schedule {
  /** Arrivals per second. */
  readonly rate: number
  readonly seconds: number
}

/** A server whose answers are known in advance. */
export interface Fixture {
  readonly name: string
  readonly title: string
  readonly behaviour: Behaviour
  /** A request without an answer after this long counts as timed out. */
  readonly timeoutSeconds: number
  /** An error is within tolerance up to the larger of the two. */
  readonly tolerance: { readonly share: number; readonly us: number }
  /** Measured at every rate, not only at the middle one. */
  readonly everyRate: boolean
  /** Where it is not measured at every rate, the one that stands for it unless others are asked for; null: the middle. */
  readonly ownRate: number | null
  /** Measured so and in no other way, whatever is asked for. */
  readonly own?: Schedule
}

/** Where users log in. */
export const LOG_IN_PATH = '/log-in'

const TOLERANCE = { share: 0.01, us: INSTRUMENT_US }

function fixture(
  name: string,
  title: string,
  behaviour: Behaviour,
  rest: Partial<Pick<Fixture, 'timeoutSeconds' | 'tolerance' | 'everyRate' | 'ownRate' | 'own'>> = {},
): Fixture {
  return {
    name,
    title,
    behaviour,
    timeoutSeconds: 10,
    tolerance: TOLERANCE,
    everyRate: false,
    ownRate: null,
    ...rest,
  }
}

/** The fixtures, the one without any delay first: what is measured of it is what loopback and the client add. */
export function fixtures(options: { readonly quick: boolean }): Fixture[] {
  const stall = options.quick
    ? { cycleMs: 1_200, fromMs: 400, lengthMs: 400 }
    : { cycleMs: 6_000, fromMs: 2_000, lengthMs: 2_000 }
  const every = { everyRate: true }
  return [
    fixture('fixed-0', 'answered at once', { delayMs: 0 }),
    fixture('fixed-1', 'answered after 1 ms', { delayMs: 1 }, every),
    fixture('fixed-10', 'answered after 10 ms', { delayMs: 10 }, every),
    fixture('fixed-100', 'answered after 100 ms', { delayMs: 100 }, every),
    fixture('log-in', 'users log in for 100 ms, then 2 ms', { delayMs: 2, logInMs: 100 }, every),
    fixture(
      'stall',
      `stalled for ${stall.lengthMs / 1_000} s in every ${stall.cycleMs / 1_000} s, else 5 ms`,
      { delayMs: 5, stall },
      { tolerance: { ...TOLERANCE, share: 0.02 }, ownRate: 500 },
    ),
    // 80 to 20, so that neither p50 nor p90 lies where one delay gives way to the other.
    fixture('bimodal', '5 ms, but 200 ms for one in 5', { delayMs: 5, slow: { every: 5, delayMs: 200 } }),
    // To connect takes the generator three times what a request takes it: at half the rate.
    fixture('close', 'Connection: close after 5 ms', { delayMs: 5, closes: true }, { ownRate: 500 }),
    fixture('fin', '5 ms, but one in 10 closed without a reply', { delayMs: 5, dropEvery: 10 }),
    fixture(
      'hung',
      '5 ms, but one in 50 never answered (timeout 1 s)',
      { delayMs: 5, hangEvery: 50 },
      { timeoutSeconds: 1 },
    ),
    fixture('chunked', 'body in 4 chunks after 5 ms', { delayMs: 5, chunks: 4 }),
    fixture('slow-body', 'headers after 1 ms, body 20 ms later', { delayMs: 1, bodyAfterMs: 20 }),
    // Each request comes as the server closes the connection that the one before it was sent on. Ten let p50 be judged. A
    // client that has slept for a second wakes and connects first, which takes it a millisecond or so.
    fixture(
      'idle',
      '5 ms; closes connections that are idle for 1 s, with a request a second',
      { delayMs: 5, idleMs: 1_000 },
      { tolerance: { ...TOLERANCE, us: 2_000 }, own: { rate: 1, seconds: options.quick ? 3 : 10 } },
    ),
  ]
}

/** The longest, in seconds, that a request can be under way. */
export function longestSeconds({ behaviour, timeoutSeconds }: Fixture): number {
  const { delayMs, slow, stall, bodyAfterMs = 0, hangEvery } = behaviour
  if (hangEvery !== undefined) return timeoutSeconds
  return ((stall?.lengthMs ?? 0) + Math.max(delayMs, slow?.delayMs ?? 0) + bodyAfterMs) / 1_000
}

/** Whether a behaviour of every n-th request concerns this one. @param n its number in order of arrival, from 1 */
export function isNth(n: number, every: number | undefined): boolean {
  return every !== undefined && n % every === 0
}
