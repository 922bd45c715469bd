import type { CompletedOutcome, LatencyPhase } from '../../model/run/outcome.js'
import type { Cell, Run } from '../../model/run/run.js'
import type { PlannedLevel } from './booted.js'
import type { BootGroup } from './order.js'

/** A boot of a level, and which phases of its cells are measured in it. */
export interface Turn extends BootGroup {
  readonly phases: 'both' | 'capacity' | 'latency'
}

interface TurnPlan {
  readonly groups: readonly BootGroup[]
  readonly levels: readonly Pick<PlannedLevel, 'info' | 'skip'>[]
  readonly run: Pick<Run, 'settings'>
}

/**
 * The boots of a run. Where latency is to be measured at one rate for all levels, a share of the lowest capacity, no
 * latency can be measured before all capacities are known: the first repeat measures the capacities of all levels but the
 * last, then all of the last one, then the latencies of the others, backwards. Later repeats know the rate.
 */
export function turnsOf({ groups, levels, run }: TurnPlan): Turn[] {
  const turnOf =
    (phases: Turn['phases']) =>
    (group: BootGroup): Turn => ({ ...group, phases })
  const canRun = ({ level }: BootGroup) =>
    levels.some(({ info, skip }) => info.key === level && skip === null)
  const first = groups.filter((group) => group.repeat === 1 && canRun(group))
  if (!isOneRate(run) || first.length < 2) return groups.map(turnOf('both'))
  const others = first.slice(0, -1)
  const backwards = others
    .toReversed()
    .map((group) => ({ ...group, scenarios: group.scenarios.toReversed() }))
  return [
    ...others.map(turnOf('capacity')),
    ...first.slice(-1).map(turnOf('both')),
    ...backwards.map(turnOf('latency')),
    ...groups.filter((group) => !first.includes(group)).map(turnOf('both')),
  ]
}

/** Whether the latencies of a run's levels are measured at one rate for each scenario. */
export function isOneRate({ settings: { latency } }: Pick<Run, 'settings'>): boolean {
  return latency !== null && latency.rate === null && latency.share !== null && latency.shareOf === 'lowest'
}

type Load = Pick<LatencyPhase, 'rate' | 'share'>

/**
 * What latency of a cell is measured at since it was measured so before: of the same cell in an earlier repeat, or, with
 * one rate for all levels, of any level. That of a generator that could not keep up is lower, and the others follow.
 */
export function earlierLoad(
  cells: readonly Cell[],
  cell: Pick<Cell, 'level' | 'scenario'>,
  oneRate: boolean,
): Load | null {
  const phases = cells.flatMap(({ outcome, level, scenario }) =>
    scenario === cell.scenario && outcome.state === 'completed' && outcome.latency
      ? [{ level, phase: outcome.latency }]
      : [],
  )
  const own = phases.find(({ level }) => level === cell.level)?.phase
  if (own || !oneRate) return own ?? null
  return phases.map(({ phase }) => phase).sort((a, b) => a.rate - b.rate)[0] ?? null
}

/** The lowest capacity that a level had on the scenario so far; null before the first. */
export function lowestCapacity(cells: readonly Cell[], scenario: string): number | null {
  const known = cells.flatMap(({ outcome, scenario: name }) =>
    name === scenario && outcome.state === 'completed' && outcome.summary.throughput > 0
      ? [outcome.summary.throughput]
      : [],
  )
  return known.length === 0 ? null : Math.min(...known)
}

/** The warning of a cell whose capacity is known and whose latency is still to come. */
export const WAITING = 'interrupted before its latency was measured'

export interface Waiting {
  /** Place among the cells of the run. */
  readonly index: number
  readonly outcome: CompletedOutcome
}

/** The cell of a turn whose capacity was measured before, and whose latency is to be now; else null. */
export function waitingCell(
  cells: readonly Cell[],
  { level, repeat, phases }: Omit<Turn, 'scenarios'>,
  scenario: string,
): Waiting | null {
  if (phases === 'capacity') return null
  const index = cells.findIndex(
    (cell) => cell.level === level && cell.scenario === scenario && cell.repeat === repeat,
  )
  const outcome = cells[index]?.outcome
  if (outcome?.state !== 'completed' || !outcome.warnings.includes(WAITING)) return null
  const warnings = outcome.warnings.filter((text) => text !== WAITING)
  return { index, outcome: { ...outcome, warnings } }
}

/** The first turn that is not done, with the scenarios that are left of it; null where all are. Pure. */
export function nextTurn(turns: readonly Turn[], cells: readonly Cell[]): Turn | null {
  for (const turn of turns) {
    const isKnown = (name: string) =>
      cells.some(
        ({ level, scenario, repeat }) => level === turn.level && scenario === name && repeat === turn.repeat,
      )
    const scenarios = turn.scenarios.filter(
      (name) => !isKnown(name) || waitingCell(cells, turn, name) !== null,
    )
    if (scenarios.length > 0) return { ...turn, scenarios }
  }
  return null
}
