import { createHistogram, type Histogram, record } from '../stats/estimate/histogram.js'
import { type Pause, Standstills } from '../stats/load/pauses.js'
import type { FixtureTruth, StallWindow } from './fixture-messages.js'
import { type Fixture, isNth, type Schedule } from './fixtures.js'

/** How many arrivals a schedule has: those of ½ ÷ rate, 1½ ÷ rate, 2½ ÷ rate, … that lie before its end. */
export function arrivalsOf({ rate, seconds }: Schedule): number {
  return Math.max(0, Math.ceil(rate * seconds - 0.5))
}

/** When the processes of a measurement were awake and got no further, on the axis of the schedule. */
export interface Pauses {
  readonly generator: readonly Pause[]
  readonly server: readonly Pause[]
}

/**
 * Latency in µs that a fixture implies, one value a request. Of a stall it is computed from the schedule and the
 * stall's times; of all others it is the server's own time from arrival to answer, and the timeout for what it never
 * answers; the first request on a connection came when that was accepted. What the network and the client add is part
 * of neither: that is the instrument's error.
 *
 * With pauses, it is what a client without any error of its own would see: one that sends, and takes the answer, at the
 * very moment, or at the end of the pause in which that moment lies.
 */
export function expectedLatency(
  { behaviour, timeoutSeconds }: Pick<Fixture, 'behaviour' | 'timeoutSeconds'>,
  truth: FixtureTruth,
  schedule: Schedule,
  pauses: Pauses = { generator: [], server: [] },
): Histogram {
  const expected = createHistogram()
  if (behaviour.stall) {
    for (const us of truth.residenceUs) if (us !== null) record(expected, us)
    return latencyThroughStalls(schedule, truth.stalls, expected)
  }
  const generator = new Standstills(pauses.generator)
  const server = new Standstills(pauses.server)
  truth.residenceUs.forEach((answeredUs, index) => {
    const residenceUs = isNth(index + 1, behaviour.hangEvery) ? timeoutSeconds * 1e6 : answeredUs
    if (residenceUs === null) return
    const intendedUs = ((index + 0.5) * 1e6) / schedule.rate
    const reachedUs = server.resumes(generator.resumes(intendedUs))
    record(expected, generator.resumes(reachedUs + residenceUs) - intendedUs)
  })
  return expected
}

/**
 * Latency in µs of the schedule's arrivals where the server stalls: whoever arrives in a stall waits for its end, the
 * others have the latency that the server had outside of stalls.
 *
 * The server counts the time of its stalls from the first request on, which is half a gap into the schedule: on that
 * axis the arrivals are at 0, 1 ÷ rate, 2 ÷ rate, …
 * @param stalls in µs since the first arrival
 * @param base latency outside of stalls; its shape counts, not how many values it has
 */
export function latencyThroughStalls(
  schedule: Schedule,
  stalls: readonly StallWindow[],
  base: Histogram,
): Histogram {
  const expected = createHistogram()
  const arrivals = arrivalsOf(schedule)
  let outside = 0
  for (let i = 0; i < arrivals; i++) {
    const atUs = (i * 1e6) / schedule.rate
    const stall = stalls.find(({ startUs, endUs }) => startUs <= atUs && atUs < endUs)
    if (stall) record(expected, stall.endUs - atUs)
    else outside++
  }
  spread(base, outside, expected)
  return expected
}

/** Adds `count` values to `into`, distributed as those of `shape`: its quantiles at (i + ½) ÷ count. */
function spread(shape: Histogram, count: number, into: Histogram): void {
  if (shape.totalCount === 0) return
  for (let i = 0; i < count; i++) record(into, shape.getValueAtPercentile((100 * (i + 0.5)) / count))
}
