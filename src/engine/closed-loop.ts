import type { LoadPlan } from '../model/load-plan.js'
import type { Sample } from '../model/sample.js'
import { seedOf } from '../stats/random.js'
import type { Engine, EngineIo } from './engine.js'
import type { Assignment, FromGenerator, GeneratorResult } from './generator-messages.js'
import { GeneratorProcess } from './generator-process.js'
import { mergeResults, SecondsMerger } from './merge-results.js'

/** A load that has found no connection at all for this long is ended. */
const TOTAL_FAILURE_SECONDS = 2

/** Generators that have not given their result this long after they should have are killed. */
const RESULT_GRACE_MS = 10_000

/**
 * Closed loop: every connection sends its next request when the last is answered. It tells how much a service can do,
 * not how long its users wait at a given rate. The load runs in processes of its own, on autocannon's clients.
 *
 * Over several runs of one engine the random draws differ (the seed is that of the plan and the run's number), and its
 * counters go on: a warm-up must not use up what the measurement is to create.
 */
export function createClosedLoop(): Engine {
  let runs = 0
  let nextCounter = 1
  return {
    name: 'closed-loop',
    async run(plan: LoadPlan, io: EngineIo): Promise<Sample> {
      const seeded = { ...plan, seed: seedOf(plan.seed, runs++) }
      const { sample, counterUsed } = await new ClosedLoopRun(seeded, io, nextCounter).run()
      nextCounter = Math.max(nextCounter, counterUsed + 1)
      return sample
    },
  }
}

/** How `connections` are divided over `generators`: the first ones get one more where it does not come out even. */
export function divideConnections(connections: number, generators: number): number[] {
  const count = Math.min(generators, connections)
  return Array.from(
    { length: count },
    (_, i) => Math.floor(connections / count) + (i < connections % count ? 1 : 0),
  )
}

export function assignmentsOf(plan: LoadPlan, counterStart: number): Assignment[] {
  const shares = divideConnections(plan.connections, plan.generators)
  let firstConnection = 0
  return shares.map((connections, index) => {
    const assignment = {
      plan,
      connections,
      firstConnection,
      counterStart: counterStart + index,
      counterStep: shares.length,
    }
    firstConnection += connections
    return assignment
  })
}

type SecondMessage = Extract<FromGenerator, { type: 'second' }>

class ClosedLoopRun {
  readonly #plan: LoadPlan
  readonly #io: EngineIo
  readonly #assignments: Assignment[]
  readonly #seconds: SecondsMerger
  readonly #latest: (SecondMessage | undefined)[] = []
  readonly #results: GeneratorResult[] = []
  #generators: GeneratorProcess[] = []
  #ready = 0
  #stopping = false
  #grace: NodeJS.Timeout | undefined
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} }

  constructor(plan: LoadPlan, io: EngineIo, counterStart: number) {
    this.#plan = plan
    this.#io = io
    this.#assignments = assignmentsOf(plan, counterStart)
    this.#seconds = new SecondsMerger(this.#assignments.length, (tick) => io.onTick?.(tick))
  }

  async run(): Promise<{ sample: Sample; counterUsed: number }> {
    const { signal } = this.#io
    const stop = () => this.#stop()
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject }
        this.#spawn()
        signal.addEventListener('abort', stop)
        if (signal.aborted) stop()
      })
    } finally {
      signal.removeEventListener('abort', stop)
      clearTimeout(this.#grace)
      if (this.#results.length < this.#generators.length) for (const one of this.#generators) one.kill()
      await Promise.all(this.#generators.map(({ ended }) => ended))
    }
    const rests = this.#results.flatMap(({ lastSecond }) => (lastSecond ? [lastSecond] : []))
    return {
      sample: mergeResults(this.#plan, this.#results, this.#seconds.end(rests)),
      counterUsed: Math.max(...this.#results.map(({ counterUsed }) => counterUsed)),
    }
  }

  #spawn(): void {
    this.#generators = this.#assignments.map((_, index) => {
      const cpus = this.#plan.cpus ?? []
      return new GeneratorProcess(this.#io.env, cpus[index % cpus.length] ?? null, {
        onReady: () => this.#oneReady(),
        onSecond: (message) => this.#oneSecond(index, message),
        onResult: (result) => this.#oneResult(result),
        onFailure: (error) => this.#settle.reject(error),
      })
    })
    this.#generators.forEach((generator, index) => {
      generator.tell({ type: 'assign', assignment: this.#assignments[index] as Assignment })
    })
  }

  #oneReady(): void {
    if (++this.#ready < this.#generators.length || this.#stopping) return
    for (const generator of this.#generators) generator.tell({ type: 'start' })
    this.#awaitResults(this.#plan.durationSeconds * 1_000)
  }

  #oneSecond(index: number, message: SecondMessage): void {
    this.#latest[index] = message
    this.#seconds.add(message.second)
    if (this.#isTotalFailure()) this.#stop()
  }

  #oneResult(result: GeneratorResult): void {
    this.#results.push(result)
    if (this.#results.length === this.#generators.length) this.#settle.resolve()
  }

  /** Every generator has lived through the time, and none of them got any answer but only failed connections. */
  #isTotalFailure(): boolean {
    return this.#generators.every((_, index) => {
      const latest = this.#latest[index]
      if (!latest || latest.second.atSeconds + latest.second.seconds < TOTAL_FAILURE_SECONDS) return false
      return latest.answers === 0 && latest.connectionErrors > 0
    })
  }

  #stop(): void {
    if (this.#stopping) return
    this.#stopping = true
    for (const generator of this.#generators) generator.tell({ type: 'stop' })
    this.#awaitResults(0)
  }

  #awaitResults(afterMs: number): void {
    clearTimeout(this.#grace)
    this.#grace = setTimeout(() => {
      const seconds = RESULT_GRACE_MS / 1_000
      this.#settle.reject(
        new Error(`a load generator gave no result within ${seconds} s of the end of its load`),
      )
    }, afterMs + RESULT_GRACE_MS)
  }
}
