import type { Progress, Second } from '../tally/tally.js'
import type { Assignment, FromGenerator, ToGenerator } from './generator-messages.js'

export interface GeneratorEvents<Result> {
  onProgress(progress: Progress): void
  onSecond(second: Second): void
  /** Told where answers are waited for that do not count any more. */
  onOver?(): void
  onResult(result: Result): void
}

/** The load of one process. */
export interface RunningGenerator {
  /** Whatever is to be done before it can start. */
  prepare?(): Promise<void>
  /** @param atNs the moment of the common start, by `process.hrtime.bigint()` */
  start(atNs: bigint): void
  /** Ends the load as the end of its time does; where it is missing, `stop` does. */
  end?(): void
  /** Ends all of it, now. */
  stop(): void
}

/** Does in this process what the parent says over IPC; ends with its result or with its parent. */
export function serveGenerator<Plan, Result>(
  make: (assignment: Assignment<Plan>, events: GeneratorEvents<Result>) => RunningGenerator,
): void {
  let generator: RunningGenerator | null = null
  let isStopped = false

  const tell = (message: FromGenerator<Result>, then?: () => void) => {
    process.send?.(message, undefined, undefined, (error: Error | null) => {
      // The parent is gone; `disconnect` ends this process.
      if (!error) then?.()
    })
  }

  const assign = async (assignment: Assignment<Plan>) => {
    generator = make(assignment, {
      onProgress: (progress) => tell({ type: 'progress', progress }),
      onSecond: (second) => tell({ type: 'second', second }),
      onOver: () => tell({ type: 'over' }),
      onResult: (result) => tell({ type: 'result', result }, () => process.exit(0)),
    })
    await generator.prepare?.()
    if (isStopped) generator.stop()
    else tell({ type: 'ready' })
  }

  process.on('disconnect', () => process.exit(1))
  process.on('message', (message: ToGenerator<Plan>) => {
    if (message.type === 'start') generator?.start(BigInt(message.atNs))
    else if (message.type === 'end') generator?.end ? generator.end() : generator?.stop()
    else if (message.type === 'stop') {
      isStopped = true
      generator?.stop()
    } else void assign(message.assignment)
  })
}
