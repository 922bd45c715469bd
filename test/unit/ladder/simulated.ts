import { probeSeconds } from '../../../src/ladder/probe-length.js'
import { nextProbe } from '../../../src/ladder/search.js'
import { parseSlo } from '../../../src/model/plan/slo-grammar.js'
import type { CapacityVerdict, ProbeResult, SearchPlan } from '../../../src/model/studies/capacity.js'
import type { Random } from '../../../src/stats/estimate/random.js'

/** What a load at a rate, for so many seconds, would show. */
export type Server = (
  rate: number,
  seconds: number,
) => Pick<ProbeResult, 'outcome' | 'distance' | 'timesLimit'>

const P99 = 0.99

function judged(p99: number, limit: number): Pick<ProbeResult, 'outcome' | 'distance' | 'timesLimit'> {
  const distance = Math.abs(p99 / limit - 1) <= 0.1 ? 'near' : p99 >= 2 * limit ? 'far' : 'apart'
  return { outcome: p99 < limit ? 'held' : 'failed', distance, timesLimit: p99 / limit }
}

/** A token bucket of `capacity` requests/s under even arrivals: beyond, the queue grows with time. */
export function tokenBucket(capacity: number, limitSeconds: number): Server {
  return (rate, seconds) => judged(P99 * seconds * Math.max(0, rate / capacity - 1), limitSeconds)
}

/** A single queue with exponential gaps and service times, request by request (Lindley's recursion). */
export function mm1(serviceRate: number, limitSeconds: number, random: Random): Server {
  const exponential = (rate: number) => -Math.log(1 - random()) / rate
  return (rate, seconds) => {
    const times: number[] = []
    let wait = 0
    for (let i = 0; i < rate * seconds; i++) {
      const service = exponential(serviceRate)
      times.push(wait + service)
      wait = Math.max(0, wait + service - exponential(rate))
    }
    times.sort((a, b) => a - b)
    return judged(times[Math.floor(P99 * times.length)] ?? 0, limitSeconds)
  }
}

/** One that stumbles now and then, whatever the rate. */
export function flaky(server: Server, probability: number, random: Random): Server {
  return (rate, seconds) =>
    random() < probability ? { outcome: 'failed', distance: 'far', timesLimit: 10 } : server(rate, seconds)
}

export interface Searched {
  readonly verdict: CapacityVerdict
  readonly probes: readonly ProbeResult[]
}

/** Runs a search to its end; p99 < `limitSeconds` is its objective. */
export function search(server: Server, plan: SearchPlan, limitSeconds: number, leastSeconds = 10): Searched {
  const slo = parseSlo(`p99<${limitSeconds * 1000}ms`)
  if ('problem' in slo) throw new Error(slo.problem)
  const probes: ProbeResult[] = []
  for (;;) {
    const next = nextProbe(plan, probes)
    if ('verdict' in next) return { verdict: next.verdict, probes }
    const { rate, length } = next.probe
    const seconds = probeSeconds(rate, [slo.value], { least: leastSeconds, resolution: plan.resolution })
    probes.push({ ...next.probe, ...server(rate, seconds * length) })
  }
}

export function planOf(changes: Partial<SearchPlan> = {}): SearchPlan {
  return { start: 200, lowest: 10, highest: 1e6, resolution: 0.03, mostProbes: 12, ...changes }
}
