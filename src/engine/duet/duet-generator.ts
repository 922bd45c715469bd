import type { GeneratorEvents, RunningGenerator } from '../process/generator-child.js'
import type { GeneratorResult } from '../process/generator-messages.js'
import type { Progress, Second } from '../tally/tally.js'
import type { DuetResult } from './duet-messages.js'

/** Both loads of a duet, on one thread: whatever holds up one of them holds up the other. */
export class DuetGenerator implements RunningGenerator {
  readonly #events: GeneratorEvents<DuetResult>
  readonly #arms: readonly RunningGenerator[]
  readonly #results: (GeneratorResult | undefined)[] = [undefined, undefined]
  #over = 0
  readonly #progress: (Progress | undefined)[] = [undefined, undefined]

  constructor(
    events: GeneratorEvents<DuetResult>,
    make: (arm: 0 | 1, events: GeneratorEvents<GeneratorResult>) => RunningGenerator,
  ) {
    this.#events = events
    this.#arms = ([0, 1] as const).map((arm) => make(arm, this.#eventsOf(arm)))
  }

  async prepare(): Promise<void> {
    await Promise.all(this.#arms.map((arm) => arm.prepare?.()))
  }

  start(atNs: bigint): void {
    for (const arm of this.#arms) arm.start(atNs)
  }

  end(): void {
    for (const arm of this.#arms) arm.end ? arm.end() : arm.stop()
  }

  stop(): void {
    for (const arm of this.#arms) arm.stop()
  }

  #eventsOf(arm: 0 | 1): GeneratorEvents<GeneratorResult> {
    const seconds: Second[] = []
    return {
      onProgress: (progress) => {
        this.#progress[arm] = progress
        this.#tellProgress()
      },
      onSecond: (second) => void seconds.push(second),
      onOver: () => {
        if (++this.#over === this.#arms.length) this.#events.onOver?.()
      },
      onResult: (result) => {
        this.#results[arm] = { ...result, restSeconds: [...seconds, ...result.restSeconds] }
        const [first, other] = this.#results
        if (first && other) this.#events.onResult({ arms: [first, other], restSeconds: [] })
      },
    }
  }

  /** Once both have lived through a second. */
  #tellProgress(): void {
    const [first, other] = this.#progress
    if (!first || !other || first.elapsedSeconds !== other.elapsedSeconds) return
    this.#events.onProgress({
      elapsedSeconds: first.elapsedSeconds,
      ok: first.ok + other.ok,
      errors: first.errors + other.errors,
      answers: first.answers + other.answers,
      connectionErrors: first.connectionErrors + other.connectionErrors,
      each: [first, other],
    })
  }
}
