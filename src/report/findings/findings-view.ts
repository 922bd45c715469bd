import { cellGroups, type LevelRef, levelText } from '../../figures/level-ref.js'
import type { CompletedOutcome, LatencyPhase, Validity } from '../../model/run/outcome.js'
import type { Run, RunLevel } from '../../model/run/run.js'
import { foldRepeats, type Repeats } from '../../stats/estimate/repeat-interval.js'
import type { Limit, Severity } from './finding.js'

/** The repeats of a level and scenario, as the detectors of findings see them. */
export interface CellView {
  readonly level: LevelRef
  readonly scenario: string
  /** All completed repeats, valid or not: for what is so even on a busy machine. */
  readonly all: readonly CompletedOutcome[]
  /** The same; none where the capacity of one is not valid. */
  readonly capacity: readonly CompletedOutcome[]
  /** Of `capacity`; null for none. */
  readonly throughput: Repeats | null
  /** The open-loop phases of all repeats; none where one is not valid. */
  readonly open: readonly LatencyPhase[]
  /** Cores that the service could use: its own where they were kept apart, else all that rungs may use. */
  readonly serviceCores: number
  /** Of the closed loop; null where the run does not tell. */
  readonly connections: number | null
  /** The machine's own cores where the service is on it, though not started by rungs; else null. */
  readonly sharedCores: number | null
  /** The CPU quota of each worker, in cores; null where they shared the service's. */
  readonly workerCpus: number | null
}

/** Looks for one thing in a cell. */
export interface Detector {
  readonly severity: Severity
  /** @param where `level 0 on simple and level 1 on simple` */
  readonly sentence: (where: string) => string
  /** What a capacity that shows it ends at. */
  readonly limit?: Limit
  /** The evidence, or null where the cell does not show it or has no data on it. */
  readonly look: (view: CellView) => string | null
}

export function cellViews(run: Run): CellView[] {
  const { workerCpus = null } = run.settings
  return cellGroups(run).flatMap(({ level, scenario, cells }) => {
    const outcomes = cells.flatMap(({ outcome }) => (outcome.state === 'completed' ? [outcome] : []))
    const capacity = allValid(outcomes)
    const open = allValid(outcomes.flatMap(({ latency }) => latency ?? []))
    if (outcomes.length === 0) return []
    const info = run.levels.find(({ key }) => key === level.key)
    const connections = run.scenarios.find(({ name }) => name === scenario)?.connections ?? null
    return [
      {
        level,
        scenario,
        all: outcomes,
        capacity,
        throughput: foldRepeats(capacity.map(({ summary }) => summary.throughput)),
        open,
        connections,
        workerCpus,
        serviceCores: serviceCoresOf(run, info),
        sharedCores: info?.number !== null || isLoopback(info.source) ? run.machine.cores : null,
      },
    ]
  })
}

/** Containers are not kept to the service's cores. */
function serviceCoresOf({ settings, machine }: Run, info: RunLevel | undefined): number {
  return info?.elsewhere ? machine.usableCores : (settings.affinity?.service.length ?? machine.usableCores)
}

function isLoopback(url: string): boolean {
  return /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(url)
}

/** As the ladder judges: one repeat that is not valid is enough for no conclusion. */
function allValid<T extends { readonly validity: Validity }>(phases: readonly T[]): readonly T[] {
  return phases.every(({ validity }) => validity.state === 'valid') ? phases : []
}

export function cellText({ level, scenario }: Pick<CellView, 'level' | 'scenario'>): string {
  return `${levelText(level)} on ${scenario}`
}

/** The first of the values that is known and the largest by `sizeOf`; null for none. */
export function largest<T>(values: readonly T[], sizeOf: (value: T) => number | null): T | null {
  let best: T | null = null
  let size = Number.NEGATIVE_INFINITY
  for (const value of values) {
    const one = sizeOf(value)
    if (one !== null && one > size) [best, size] = [value, one]
  }
  return best
}
