import type { Cell, Run, RunLevel } from '../model/run/run.js'
import { groupBy } from '../words/group-by.js'

/** A level as the report names it. Two levels are the same when key, name and source agree. */
export interface LevelRef {
  readonly id: string
  readonly key: string
  readonly number: number | null
  readonly name: string
  readonly title: string
  readonly workers: number | null
  /** How it was run, where there are several ways: figures of one are not those of another. */
  readonly backend?: RunLevel['backend']
}

export function levelRef(level: RunLevel): LevelRef {
  return {
    id: JSON.stringify([level.key, level.name, level.source, ...(level.backend ? [level.backend] : [])]),
    key: level.key,
    number: level.number,
    name: level.name,
    title: level.title,
    workers: level.workers,
    ...(level.backend ? { backend: level.backend } : {}),
  }
}

type Named = Pick<LevelRef, 'key' | 'number' | 'name' | 'workers' | 'backend'>

/** `level 2`, `level 2 × 4` where it was run with several numbers of workers, or the name of a service that is no rung. */
export function levelText(level: Named): string {
  return level.number === null ? level.name : `level ${level.number}${timesWorkers(level)}`
}

/** `2 supervised`, `2 supervised × 4`, `4 fronted (compose)`; the name alone for what is no rung. */
export function levelLabel(level: Named): string {
  if (level.number === null) return level.name
  return `${level.number} ${level.name}${timesWorkers(level)}${level.backend ? ` (${level.backend})` : ''}`
}

/** Only where the key tells it from the same level with other workers. */
function timesWorkers({ key, number, workers }: Named): string {
  return key === String(number) || workers === null ? '' : ` × ${workers}`
}

/** What rungs calls the levels whose work is done by processes that it did not start. */
export function elsewhereNames(levels: readonly RunLevel[]): string[] {
  return [...new Set(levels.filter(({ elsewhere }) => elsewhere).map((level) => levelText(levelRef(level))))]
}

/** By number, then by workers; what has no number comes last, by name. */
export function compareLevels(a: LevelRef, b: LevelRef): number {
  const number = (level: LevelRef) => level.number ?? Number.MAX_SAFE_INTEGER
  const workers = (level: LevelRef) => level.workers ?? 0
  return (
    number(a) - number(b) || compareText(a.name, b.name) || workers(a) - workers(b) || compareText(a.id, b.id)
  )
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** The cells of a run by level and scenario, in the order in which these first occur. */
export function cellGroups(run: Run): { level: LevelRef; scenario: string; cells: Cell[] }[] {
  const levels = new Map(run.levels.map((level) => [level.key, levelRef(level)]))
  return [...groupBy(run.cells, (cell) => JSON.stringify([cell.level, cell.scenario])).values()].flatMap(
    (cells) => {
      const [first] = cells
      if (first === undefined) return []
      return [
        { level: levels.get(first.level) ?? unknownLevel(first.level), scenario: first.scenario, cells },
      ]
    },
  )
}

/** A cell whose level the run does not declare is shown all the same, under its key. */
function unknownLevel(key: string): LevelRef {
  return { id: JSON.stringify([key]), key, number: null, name: key, title: key, workers: null }
}
