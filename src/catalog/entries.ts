import type { RowFile } from '../model/data/rows.js'
import type { BackendName, Level } from '../model/plan/level.js'
import type { Scenario } from '../model/plan/scenario.js'

/** `built-in`, or the file that declares it, as people like to read its path. */
export const BUILT_IN = 'built-in'

export interface LevelEntry {
  readonly level: Level
  readonly source: string
  /** The folder that its commands are relative to. */
  readonly baseDir: string
  /** The document about it, below that folder; absent where there is none but its declaration. */
  readonly guide?: string
  /** Which of its backends `level` is, once one was chosen; absent where it has but one. */
  readonly backend?: BackendName
}

export interface ScenarioEntry {
  readonly scenario: Scenario
  readonly source: string
  /** The folder that its data file is relative to. */
  readonly baseDir: string
  /** Of its data file, once it was chosen and read; absent where it has none. */
  readonly rows?: RowFile
}
