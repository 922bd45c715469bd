import { commitText, conditionsKey, differencesOf, type LeftOut } from '../../figures/comparable.js'
import { type LadderRow, ladderOf } from '../../figures/ladder.js'
import {
  compareLevels,
  compareText,
  elsewhereNames,
  type LevelRef,
  levelRef,
  levelText,
} from '../../figures/level-ref.js'
import type { Machine } from '../../model/run/machine.js'
import { byStart } from '../../model/run/record.js'
import type { Cell, Run, RunSettings } from '../../model/run/run.js'
import type { Calibration } from '../../model/studies/calibration.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { type Answer, answersOf } from './answers.js'
import type { Finding } from './finding.js'
import { findingsOf } from './findings.js'
import { limitsOf, type ScenarioLimit } from './limits.js'

export interface RunEntry {
  readonly id: string
  readonly startedAt: string
  readonly state: Run['state']
  readonly commit: string | null
  readonly toolVersion: string
  readonly planned: number
  readonly completed: number
  readonly failed: number
  readonly skipped: number
  /** Rows of the ladder that come from it. */
  readonly rows: number
  readonly comparable: boolean
}

/** All that a report shows, in any format; plain data. */
export interface ReportModel {
  /** `Level 0, level 1 and level 2, 7 scenarios`. */
  readonly title: string
  readonly answers: readonly Answer[]
  /** What the valid cells of the ladder show beside that, by run, the gravest of a run first. */
  readonly findings: readonly Finding[]
  /** What limits each scenario. */
  readonly limits: readonly ScenarioLimit[]
  readonly levels: readonly LevelRef[]
  readonly scenarios: readonly { readonly name: string; readonly title: string }[]
  /** By scenario, then by level from the lowest. */
  readonly rows: readonly LadderRow[]
  /** Of the newest run, and so of every run that is used. */
  readonly machine: Machine | null
  readonly settings: RunSettings | null
  /** Version of rungs that made the newest run. */
  readonly toolVersion: string | null
  readonly services: readonly { readonly level: string; readonly text: string }[]
  /** Levels whose work is done by processes that rungs did not start. */
  readonly elsewhere: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /** Newest first. */
  readonly runs: readonly RunEntry[]
  readonly warnings: readonly { readonly where: string; readonly text: string }[]
  /** The instrument's own error, where it was calibrated. */
  readonly calibration: Calibration | null
}

/**
 * Makes the model of a report over `runs`: the newest run's machine and settings decide which runs are used, and of
 * these every level and scenario is shown as its newest run measured it.
 * @param problems lines about result files that could not be read; shown as warnings
 * @param calibration what `rungs calibrate` found last
 */
export function reportModel(
  runs: readonly Run[],
  problems: readonly string[] = [],
  calibration: Calibration | null = null,
): ReportModel {
  const newestFirst = [...runs].sort((a, b) => byStart(b, a))
  const leader = newestFirst.find((run) => run.cells.length > 0) ?? newestFirst[0]
  const used =
    leader === undefined ? [] : newestFirst.filter((run) => conditionsKey(run) === conditionsKey(leader))
  const { rows, unlikeLoads } = ladderOf(used)
  const byRun = groupBy(rows, (row) => row.runId)
  const leftOut = leader === undefined ? [] : leftOutOf(leader, newestFirst)
  const shown = used.filter((run) => byRun.has(run.id))
  const found = new Map(
    shown.map((run) => [run.id, findingsOf(onlyShown(run, byRun.get(run.id) ?? []))] as const),
  )
  const [levels, scenarios] = [levelsOf(rows), scenariosOf(rows, used)]
  return {
    title: titleOf(levels, scenarios.length),
    answers: answersOf(rows, shown, leftOut),
    findings: [...found.values()].flat(),
    limits: limitsOf(rows, found),
    levels,
    scenarios,
    rows,
    machine: leader?.machine ?? null,
    settings: leader?.settings ?? null,
    toolVersion: leader?.tool.version ?? null,
    services: servicesOf(shown),
    elsewhere: elsewhereNames(shown.flatMap(({ levels }) => levels)),
    leftOut,
    runs: newestFirst.map((run) => ({
      ...entryOf(run),
      rows: byRun.get(run.id)?.length ?? 0,
      comparable: used.includes(run),
    })),
    warnings: [
      ...problems.map((text) => ({ where: 'Result files', text })),
      ...unlikeLoads.map(({ runId, level, scenario, here, there }) => ({
        where: runId,
        text: `${levelText(level)} on ${scenario} is left out: ${there} there, ${here} in the newest run`,
      })),
      ...shown.flatMap((run) => run.warnings.map((text) => ({ where: run.id, text }))),
      ...rows.flatMap((row) =>
        (row.measured?.warnings ?? []).map((text) => ({
          where: `${levelText(row.level)}, ${row.scenario}`,
          text,
        })),
      ),
    ],
    calibration,
  }
}

/** A run without the cells whose figures the ladder has from a newer one. */
function onlyShown(run: Run, rows: readonly LadderRow[]): Run {
  const shown = new Set(rows.map(({ level, scenario }) => JSON.stringify([level.key, scenario])))
  const cells = run.cells.filter((cell) => shown.has(JSON.stringify([cell.level, cell.scenario])))
  return { ...run, cells }
}

function titleOf(levels: readonly LevelRef[], scenarios: number): string {
  const numbers = levels.flatMap((level) => (level.number === null ? [] : [level.number]))
  const others = levels.filter((level) => level.number === null).map((level) => level.name)
  const rungs =
    numbers.length === 0
      ? []
      : [numbers.length === 1 ? `level ${numbers[0]}` : `levels ${format.list(numbers.map(String))}`]
  const what = others.length > 3 ? [...rungs, format.plural(others.length, 'service')] : [...rungs, ...others]
  if (what.length === 0) return 'Nothing measured'
  const text = `${format.list(what)}, ${format.plural(scenarios, 'scenario')}`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function levelsOf(rows: readonly LadderRow[]): LevelRef[] {
  return [...new Map(rows.map((row) => [row.level.id, row.level])).values()].sort(compareLevels)
}

function scenariosOf(rows: readonly LadderRow[], runs: readonly Run[]): { name: string; title: string }[] {
  return [...new Set(rows.map((row) => row.scenario))].map((name) => ({
    name,
    title: runs.flatMap((run) => run.scenarios).find((entry) => entry.name === name)?.title ?? name,
  }))
}

function servicesOf(runs: readonly Run[]): { level: string; text: string }[] {
  const texts = new Map<string, string>()
  for (const run of runs) {
    for (const level of run.levels) {
      const text = level.services
        .map((service) => `${service.name} ${service.version} (${service.source})`)
        .join(', ')
      const name = levelText(levelRef(level))
      if (text !== '' && !texts.has(name)) texts.set(name, text)
    }
  }
  return [...texts].map(([level, text]) => ({ level, text })).sort((a, b) => compareText(a.level, b.level))
}

function leftOutOf(leader: Run, runs: readonly Run[]): LeftOut[] {
  const others = runs.filter((run) => conditionsKey(run) !== conditionsKey(leader))
  return [...groupBy(others, conditionsKey).values()].map((group) => ({
    runIds: group.map((run) => run.id),
    differences: group[0] === undefined ? [] : differencesOf(leader, group[0]),
  }))
}

function entryOf(run: Run): Omit<RunEntry, 'rows' | 'comparable'> {
  const count = (state: Cell['outcome']['state']) =>
    run.cells.filter((cell) => cell.outcome.state === state).length
  return {
    id: run.id,
    startedAt: run.startedAt,
    state: run.state,
    commit: commitText(run.git),
    toolVersion: run.tool.version,
    planned: run.plan.length,
    completed: count('completed'),
    failed: count('failed'),
    skipped: count('skipped'),
  }
}
