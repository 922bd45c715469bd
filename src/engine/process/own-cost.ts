import { readFileSync } from 'node:fs'
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { codeOf } from '../../words/errors.js'
import type { GeneratorResult } from './generator-messages.js'

const LOOP_DELAY_RESOLUTION_MS = 10

export type Cost = Pick<GeneratorResult, 'cpuUs' | 'loopDelayP99Us' | 'loopUtilisation' | 'waitedUs'>

/** What a generator process costs while its load goes on. */
export class OwnCost {
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS })
  #cpuAtStart = process.cpuUsage()
  #loopAtStart = performance.eventLoopUtilization()
  #atStart: SchedulerTimes | null = null
  #last = { loop: this.#loopAtStart, times: this.#atStart, spunUs: 0 }

  start(): void {
    this.#loopDelay.enable()
    this.#cpuAtStart = process.cpuUsage()
    this.#loopAtStart = performance.eventLoopUtilization()
    this.#atStart = schedulerTimes()
    this.#last = { loop: this.#loopAtStart, times: this.#atStart, spunUs: 0 }
  }

  /**
   * Share of the time since `start`, or since this was asked last, in which the event loop had something to do.
   * @param spunUs as of `end`, since `start`
   */
  recentlyBusy(spunUs = 0): number {
    const last = this.#last
    this.#last = { loop: performance.eventLoopUtilization(), times: last.times && schedulerTimes(), spunUs }
    const { active, idle } = performance.eventLoopUtilization(this.#last.loop, last.loop)
    return busyShare({ active, idle }, last.times, this.#last.times, spunUs - last.spunUs)
  }

  /**
   * Since `start`; ends the measuring.
   * @param spunUs time that the event loop went round with nothing to do: neither CPU time nor utilisation of the load
   */
  end(spunUs = 0): Cost {
    const { active, idle } = performance.eventLoopUtilization(this.#loopAtStart)
    const { user, system } = process.cpuUsage(this.#cpuAtStart)
    const [before, now] = [this.#atStart, this.#atStart && schedulerTimes()]
    this.#loopDelay.disable()
    return {
      cpuUs: Math.max(0, user + system - spunUs),
      // The monitor records the time between two of its own ticks.
      loopDelayP99Us: Math.max(0, this.#loopDelay.percentile(99) / 1e3 - LOOP_DELAY_RESOLUTION_MS * 1e3),
      loopUtilisation: busyShare({ active, idle }, before, now, spunUs),
      waitedUs: before && now ? now.waitedUs - before.waitedUs : null,
    }
  }
}

/** Between two moments, of which the scheduler's times may be known; without the time spent spinning. */
function busyShare(
  { active, idle }: { readonly active: number; readonly idle: number },
  before: SchedulerTimes | null,
  now: SchedulerTimes | null,
  spunUs: number,
): number {
  const wantedMs = before && now ? (now.ranUs - before.ranUs + now.waitedUs - before.waitedUs) / 1e3 : 0
  // To the event loop, a process that was woken and waits for its core is still idle.
  const busyMs = Math.max(active, wantedMs) - spunUs / 1e3
  return active > 0 ? Math.min(1, Math.max(0, busyMs) / (active + idle)) : 0
}

/** How long a thread has run, and how long it was ready and waited for a core, since it began. */
interface SchedulerTimes {
  readonly ranUs: number
  readonly waitedUs: number
}

/** Of the main thread (Documentation/scheduler/sched-stats.rst); null where the system does not tell. */
function schedulerTimes(): SchedulerTimes | null {
  try {
    const [ranNs = 0, waitedNs = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number)
    return { ranUs: ranNs / 1e3, waitedUs: waitedNs / 1e3 }
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return null
  }
}
