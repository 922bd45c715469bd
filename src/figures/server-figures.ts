import type { CompletedOutcome } from '../model/run/outcome.js'
import type { ProcessUsage, ServerTruth, WorkerShare } from '../model/run/server-truth.js'

/** A part that used this share of the CPU time that it could have is what limits; one that used less waits for something else. */
export const SATURATED = 0.9

/** A completed repeat of a cell. */
export interface Repeat {
  readonly repeat: number
  readonly outcome: CompletedOutcome
}

/** Requests by worker in the repeat in which they were least evenly spread. */
export interface WorkerFigures {
  readonly repeat: number
  readonly expected: number
  readonly shares: readonly WorkerShare[]
  readonly changed: number
  /** Why the counts are not known, where they are not. */
  readonly unknown: string | null
  /** Largest share ÷ mean share; 1 is even. Null when nothing was served. */
  readonly skew: number | null
}

/** A process group's use over all repeats: cores as CPU time ÷ measured time, and the highest memory. */
export interface UsageFigures {
  readonly name: string
  readonly role: ProcessUsage['role']
  readonly processes: number
  readonly cores: number
  readonly rssPeakBytes: number
}

export function usageFigures(outcomes: readonly CompletedOutcome[]): UsageFigures[] {
  const durationUs = outcomes.reduce((sum, outcome) => sum + outcome.sample.durationUs, 0)
  const byName = new Map<string, UsageFigures>()
  for (const { name, role, processes, cpuUs, rssPeakBytes } of outcomes.flatMap((o) => o.server.usage)) {
    const before = byName.get(name)
    byName.set(name, {
      name,
      role,
      processes,
      cores: (before?.cores ?? 0) + (durationUs === 0 ? 0 : cpuUs / durationUs),
      rssPeakBytes: Math.max(before?.rssPeakBytes ?? 0, rssPeakBytes),
    })
  }
  return [...byName.values()]
}

export function leastEven(repeats: readonly Repeat[]): WorkerFigures | null {
  const all = repeats.flatMap(({ repeat, outcome }): WorkerFigures[] => {
    const { workers } = outcome.server
    return workers === null ? [] : [{ ...workers, repeat, skew: skewOf(workers.shares, workers.expected) }]
  })
  return all.reduce<WorkerFigures | null>(
    (worst, next) => (worst === null || (next.skew ?? 0) > (worst.skew ?? 0) ? next : worst),
    null,
  )
}

/** Largest ÷ mean where all of several workers tell what they served; else null. */
export function evenness(workers: ServerTruth['workers']): number | null {
  if (!workers || workers.unknown !== null || workers.expected < 2) return null
  return skewOf(workers.shares, workers.expected)
}

/** Largest ÷ mean; a worker that was expected and never seen counts as one that served nothing. */
function skewOf(shares: readonly WorkerShare[], expected: number): number | null {
  const total = shares.reduce((sum, share) => sum + share.requests, 0)
  if (total === 0) return null
  const workers = Math.max(expected, shares.length)
  return Math.max(...shares.map((share) => share.requests)) / (total / workers)
}
