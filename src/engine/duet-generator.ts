import type { DuetPlan, DuetResult } from './duet-messages.js'
import { Generator } from './generator.js'
import type { GeneratorEvents, RunningGenerator } from './generator-child.js'
import type { GeneratorResult } from './generator-messages.js'
import { OpenGenerator } from './open-generator.js'
import type { Second } from './tally.js'

/** Both loads of a duet, on one thread: whatever holds up one of them holds up the other. */
export class DuetGenerator implements RunningGenerator {
  readonly #arms: readonly RunningGenerator[]
  readonly #open: readonly OpenGenerator[]
  readonly #results: (GeneratorResult | undefined)[] = [undefined, undefined]

  constructor(plan: DuetPlan, events: GeneratorEvents<DuetResult>) {
    const eventsOf = (arm: number) => {
      const seconds: Second[] = []
      return {
        onProgress() {},
        onSecond: (second: Second) => void seconds.push(second),
        onResult: (result: GeneratorResult) => {
          this.#results[arm] = { ...result, restSeconds: [...seconds, ...result.restSeconds] }
          this.#tell(events)
        },
      }
    }
    this.#open =
      plan.loop === 'open' ? plan.arms.map((arm, index) => new OpenGenerator(arm, eventsOf(index))) : []
    this.#arms =
      plan.loop === 'closed' ? plan.arms.map((arm, index) => new Generator(arm, eventsOf(index))) : this.#open
  }

  async leadIn(): Promise<void> {
    await Promise.all(this.#open.map((generator) => generator.leadIn()))
  }

  start(atNs: bigint): void {
    for (const arm of this.#arms) arm.start(atNs)
  }

  stop(): void {
    for (const arm of this.#arms) arm.stop()
  }

  #tell(events: GeneratorEvents<DuetResult>): void {
    const [first, second] = this.#results
    if (first && second) events.onResult({ arms: [first, second], restSeconds: [] })
  }
}
