import type { Run } from '../model/run/run.js'
import { type CellFigures, cellFigures, type MeasuredFigures } from './cell-figures.js'
import { loadText } from './comparable.js'
import { cellGroups, compareLevels, compareText, type LevelRef } from './level-ref.js'
import { lowestLevel, type SpeedUp, speedUpOf } from './speed-up.js'

/** A line of the ladder: the newest figures of a level on a scenario. */
export interface LadderRow extends CellFigures {
  /** Against the lowest valid level on the scenario; null for that itself, and for whatever is not valid. */
  readonly speedup: SpeedUp | null
  /** What a reader must know about where the figure comes from. */
  readonly notes: readonly string[]
}

export type MeasuredRow = LadderRow & { readonly measured: MeasuredFigures }

export function measuredRows(rows: readonly LadderRow[]): MeasuredRow[] {
  return rows.filter((row): row is MeasuredRow => row.measured !== null)
}

/** Figures that were left out since the load was another one than in the newest run of the scenario. */
export interface UnlikeLoad {
  readonly runId: string
  readonly level: LevelRef
  readonly scenario: string
  readonly here: string
  readonly there: string
}

/**
 * The newest figures of every level and scenario, with their speed-ups; by scenario, then by level from the lowest.
 * @param runs comparable ones, newest first
 */
export function ladderOf(runs: readonly Run[]): { rows: LadderRow[]; unlikeLoads: UnlikeLoad[] } {
  const { rows, unlikeLoads } = newestRows(runs)
  return { rows: withSpeedups(rows), unlikeLoads }
}

/** Takes runs from the newest to the oldest; the first that completed a cell of a level and scenario gives its row. */
function newestRows(runs: readonly Run[]): { rows: LadderRow[]; unlikeLoads: UnlikeLoad[] } {
  const chosen = new Map<string, LadderRow>()
  const loads = new Map<string, string>()
  const unlikeLoads: UnlikeLoad[] = []
  for (const run of runs) {
    for (const { level, scenario, cells } of cellGroups(run)) {
      const key = JSON.stringify([level.id, scenario])
      const before = chosen.get(key)
      if (before?.measured) continue
      const there = loadText(run, scenario)
      const here = loads.get(scenario) ?? there
      loads.set(scenario, here)
      if (here !== there) {
        unlikeLoads.push({ runId: run.id, level, scenario, here, there })
        continue
      }
      const completes = cells.some((cell) => cell.outcome.state === 'completed')
      if (before !== undefined && !completes) continue
      const figures = cellFigures(run, level, scenario, cells)
      chosen.set(key, { ...figures, speedup: null, notes: notesOf(figures, before) })
    }
  }
  return { rows: [...chosen.values()].sort(byScenarioAndLevel(runs)), unlikeLoads }
}

function notesOf(figures: CellFigures, newer: LadderRow | undefined): string[] {
  const notes: string[] = []
  const total = (figures.measured?.repeats.length ?? 0) + figures.misses.length
  if (figures.measured !== null && figures.misses.length > 0) {
    notes.push(
      `${figures.misses.length} of ${total} repeats gave no figure: ${figures.misses[0]?.reason ?? ''}`,
    )
  }
  const miss = newer?.misses[0]
  if (newer !== undefined && miss !== undefined) {
    const stage = miss.stage === null ? '' : ` (${miss.stage})`
    notes.push(
      `in the newer run ${newer.runId} it ${miss.state === 'failed' ? 'failed' : 'was skipped'}${stage}`,
    )
  }
  return notes
}

function byScenarioAndLevel(runs: readonly Run[]): (a: LadderRow, b: LadderRow) => number {
  const order = new Map<string, number>()
  for (const run of runs) {
    for (const { name } of run.scenarios) if (!order.has(name)) order.set(name, order.size)
  }
  const place = (row: LadderRow) => order.get(row.scenario) ?? Number.MAX_SAFE_INTEGER
  return (a, b) =>
    place(a) - place(b) || compareText(a.scenario, b.scenario) || compareLevels(a.level, b.level)
}

function withSpeedups(rows: readonly LadderRow[]): LadderRow[] {
  return rows.map((row) => {
    const base = row.level.number === null ? null : lowestLevel(rows, row.scenario)
    return { ...row, speedup: speedUpOf(row, base) }
  })
}
