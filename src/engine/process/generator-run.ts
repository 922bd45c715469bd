import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { Interval } from '../../model/run/sample.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { EngineIo } from '../engine.js'
import type { Progress } from '../tally/tally.js'
import type { Assignment, GeneratorResult } from './generator-messages.js'
import { GeneratorProcess } from './generator-process.js'
import { ProgressMerger, SecondsMerger } from './merge-results.js'

/** A load that has found no connection at all for this long is ended. */
const TOTAL_FAILURE_SECONDS = 2

/** Generators that have not given their result this long after they should have are killed. */
const RESULT_GRACE_MS = 10_000

/** So far ahead lies the common start, that every generator hears of it before. */
const START_LEAD_NS = 30_000_000n

/** What is to be run, and in which processes. */
export interface GeneratorLoad<Plan, Result> {
  /** The module that each generator process runs, without its extension. */
  readonly program: string
  readonly assignments: readonly Assignment<Plan>[]
  /** The load lasts so long, and results are due at its end. */
  readonly seconds: number
  /** Those of a load that tells that it is over, so long after it does: until then it waits for answers. */
  readonly drainSeconds?: number
  /** A process that runs the program already and waits, in place of the first that would be started. */
  readonly standingBy?: GeneratorProcess<Result> | undefined
  /** Told of each second of each generator. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** One load, from the start of its generator processes to the end of the last of them. */
export class GeneratorRun<
  Plan extends Pick<LoadPlan, 'cpus'>,
  Result extends Pick<GeneratorResult, 'restSeconds'>,
> {
  readonly #load: GeneratorLoad<Plan, Result>
  readonly #io: EngineIo
  readonly #seconds: SecondsMerger
  readonly #progress: ProgressMerger
  readonly #results: Result[] = []
  #generators: GeneratorProcess<Result>[] = []
  #ready = 0
  /** The common start by the machine's monotonic clock. */
  #beganUs = 0
  #over = 0
  #ending = false
  #stopping = false
  #grace: NodeJS.Timeout | undefined
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} }

  constructor(load: GeneratorLoad<Plan, Result>, io: EngineIo) {
    this.#load = load
    this.#io = io
    this.#seconds = new SecondsMerger()
    this.#progress = new ProgressMerger(load.assignments.length, (tick) => io.onTick?.(tick))
  }

  /** @throws Error when a generator process fails or does not give its result in time. */
  async run(): Promise<{ results: readonly Result[]; intervals: Interval[]; beganUs: number }> {
    const { signal, enough } = this.#io
    const stop = () => this.#stop()
    const end = () => this.#end()
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject }
        this.#spawn()
        signal.addEventListener('abort', stop)
        if (signal.aborted) stop()
        enough?.addEventListener('abort', end)
      })
    } finally {
      signal.removeEventListener('abort', stop)
      enough?.removeEventListener('abort', end)
      clearTimeout(this.#grace)
      if (this.#results.length < this.#generators.length) for (const one of this.#generators) one.kill()
      await Promise.all(this.#generators.map(({ ended }) => ended))
    }
    const rests = this.#results.flatMap(({ restSeconds }) => restSeconds)
    return { results: this.#results, intervals: this.#seconds.end(rests), beganUs: this.#beganUs }
  }

  #spawn(): void {
    const { program, assignments, standingBy } = this.#load
    this.#generators = assignments.map(({ plan }, index) => {
      const cpus = plan.cpus ?? []
      const ahead = index === 0 ? standingBy : undefined
      const generator =
        ahead ?? new GeneratorProcess<Result>(program, this.#io.env, cpus[index % cpus.length] ?? null)
      generator.listen({
        onReady: () => this.#oneReady(),
        onProgress: (progress) => this.#oneProgress(index, progress),
        onSecond: (second) => {
          this.#seconds.add(second)
          this.#progress.addSecond(second)
        },
        onOver: () => this.#oneOver(),
        onResult: (result) => this.#oneResult(result),
        onFailure: (error) => this.#settle.reject(error),
      })
      return generator
    })
    this.#generators.forEach((generator, index) => {
      generator.tell({ type: 'assign', assignment: assignments[index] as Assignment<Plan> })
    })
  }

  #oneReady(): void {
    if (++this.#ready === this.#generators.length && !this.#stopping) {
      this.#start().catch((error) => this.#settle.reject(error as Error))
    }
  }

  async #start(): Promise<void> {
    await this.#io.beforeStart?.()
    if (this.#stopping) return
    const atNs = process.hrtime.bigint() + START_LEAD_NS
    this.#beganUs = Number(atNs) / 1e3
    for (const generator of this.#generators) generator.tell({ type: 'start', atNs: String(atNs) })
    this.#io.onStart?.(atNs)
    this.#awaitResults(this.#load.seconds * 1_000)
  }

  #oneProgress(index: number, progress: Progress): void {
    this.#load.onProgress?.(progress)
    this.#progress.add(index, progress)
    if (this.#progress.isTotalFailure(TOTAL_FAILURE_SECONDS)) this.#stop()
  }

  #oneResult(result: Result): void {
    this.#results.push(result)
    if (this.#results.length === this.#generators.length) this.#settle.resolve()
  }

  #oneOver(): void {
    if (++this.#over < this.#generators.length) return
    if (!this.#stopping) this.#awaitResults((this.#load.drainSeconds ?? 0) * 1_000)
    this.#io.onOver?.()
  }

  /** As the end of its time would. */
  #end(): void {
    if (this.#stopping || this.#ending || this.#over > 0) return
    this.#ending = true
    for (const generator of this.#generators) generator.tell({ type: 'end' })
    this.#awaitResults(0)
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
        new UserError(
          `a load generator gave no result within ${seconds} s of the end of its load`,
          ExitCode.Invalid,
        ),
      )
    }, afterMs + RESULT_GRACE_MS)
  }
}
