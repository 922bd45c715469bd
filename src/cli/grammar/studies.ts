import type { Command } from 'commander'
import { CALIBRATE_SETTINGS } from '../../config/commands/calibrate.js'
import { CAPACITY_SETTINGS } from '../../config/commands/capacity.js'
import { TUNE_SETTINGS } from '../../config/commands/tune.js'
import type { SettingsTable } from '../../config/resolve-table.js'
import type { SettingName } from '../../config/settings.js'
import {
  settingsWithout,
  TUNE_DEFAULTS,
  UNUSED_BY_CAPACITY,
  UNUSED_BY_TUNE,
  USED_BY_CALIBRATE,
} from '../plan/search-settings.js'
import type { LoadedStudy } from '../world/study-command.js'
import { addGrouped, handle, resumeHelp, withOwn, withSettings } from './command-line.js'

/** A study as the command line knows it, before it is loaded: `--help` must not wait for what it does not need. */
export interface StudyEntry {
  /** The command, and the kind of its records. */
  readonly name: string
  readonly summary: string
  readonly examples: readonly string[]
  /** What an interrupted one is called in help. */
  readonly noun: string
  /** The settings that only this command has. */
  readonly own: SettingsTable<object>
  /** Those of `rungs run` that it has too, and its own defaults of them, in words. */
  readonly ofRun: readonly SettingName[]
  readonly defaults?: Readonly<Partial<Record<SettingName, string>>>
  load(): Promise<LoadedStudy>
}

/** Registered studies: each has its settings, `--resume`, a record, a document in all formats and a place in the report. */
export const STUDIES: readonly StudyEntry[] = [
  {
    name: 'capacity',
    summary: 'find the highest arrival rate at which the objectives hold',
    examples: [
      "rungs capacity --level 2 --scenario simple --slo 'p99<200ms,errors<0.1%'",
      "rungs capacity --target http://127.0.0.1:8080 --scenario ./mine.ts --slo 'p95<50ms' --arrival poisson",
    ],
    noun: 'search',
    own: CAPACITY_SETTINGS,
    ofRun: settingsWithout(UNUSED_BY_CAPACITY),
    defaults: {
      scenario: 'the first of your own, or simple',
      duration: 'the least that a probe lasts: 10 s',
    },
    load: async () => (await import('../commands/capacity.js')).capacity,
  },
  {
    name: 'tune',
    summary: 'find how many workers, and database connections, give the most',
    examples: [
      'rungs tune --level 1 --scenario db-read',
      'rungs tune --level 2 --scenario simple --workers 1,2,3,5 --pools 8,16 --budget 10m',
      'rungs tune --level 5 --pool-env POOL_SIZE     # a level of your own',
    ],
    noun: 'tuning',
    own: TUNE_SETTINGS,
    ofRun: settingsWithout(UNUSED_BY_TUNE),
    defaults: {
      scenario: 'the first of your own, or simple',
      duration: `${TUNE_DEFAULTS.durationSeconds} s for each measurement of the first round; later rounds are longer`,
      warmup: `${TUNE_DEFAULTS.warmupSeconds} s`,
    },
    load: async () => (await import('../commands/tune.js')).tune,
  },
  {
    name: 'calibrate',
    summary: 'measure servers whose latency is known, and say how far the figures are off',
    examples: ['rungs calibrate', 'rungs calibrate --fixture stall,hung --rates 500 --duration 12'],
    noun: 'calibration',
    own: CALIBRATE_SETTINGS,
    ofRun: USED_BY_CALIBRATE,
    load: async () => (await import('../commands/calibrate.js')).calibrate,
  },
]

export function addStudy(
  program: Command,
  { name, summary, examples, noun, own, ofRun, defaults, load }: StudyEntry,
): void {
  const command = withSettings(addGrouped(program, 'measure', name, summary, examples), ofRun, defaults)
  withOwn(command, own)
    .option('--resume [dir]', resumeHelp(noun))
    .action(handle(async (invocation) => (await load()).run(invocation)))
}
