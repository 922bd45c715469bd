import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { GeneratorResult } from './generator-messages.js'

const LOOP_DELAY_RESOLUTION_MS = 10

export type Cost = Pick<GeneratorResult, 'cpuUs' | 'loopDelayP99Us' | 'loopUtilisation'>

/** What a generator process costs while its load goes on. */
export class OwnCost {
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS })
  #cpuAtStart = process.cpuUsage()
  #loopAtStart = performance.eventLoopUtilization()

  start(): void {
    this.#loopDelay.enable()
    this.#cpuAtStart = process.cpuUsage()
    this.#loopAtStart = performance.eventLoopUtilization()
  }

  /**
   * Since `start`; ends the measuring.
   * @param spunUs time that the event loop went round with nothing to do: neither CPU time nor utilisation of the load
   */
  end(spunUs = 0): Cost {
    const { active, idle } = performance.eventLoopUtilization(this.#loopAtStart)
    const { user, system } = process.cpuUsage(this.#cpuAtStart)
    this.#loopDelay.disable()
    return {
      cpuUs: Math.max(0, user + system - spunUs),
      // The monitor records the time between two of its own ticks.
      loopDelayP99Us: Math.max(0, this.#loopDelay.percentile(99) / 1e3 - LOOP_DELAY_RESOLUTION_MS * 1e3),
      loopUtilisation: active > 0 ? Math.max(0, active - spunUs / 1e3) / (active + idle) : 0,
    }
  }
}
