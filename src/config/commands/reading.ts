import type { AdviseDefaults, ScalingDefaults } from '../../model/config.js'
import { list, nonEmpty } from '../parsers.js'
import type { SettingsTable } from '../resolve-table.js'
import type { Setting } from '../setting.js'

/** The settings that only `rungs advise` has. */
export interface AdviseChoices {
  /** A rate and objectives; null: not given. */
  readonly target: string | null
  readonly need: readonly string[]
  /** Null: by what was measured. */
  readonly scenario: string | null
}

/** The settings that only `rungs scaling` has. */
export interface ScalingChoices {
  /** Number or name. */
  readonly level: string
  readonly scenario: string | null
}

const SCENARIO: Omit<Setting<string | null, 'scenario'>, 'help'> = {
  flag: '--scenario',
  placeholder: 'name',
  env: ['RUNGS_SCENARIO', 'SCENARIO'],
  key: 'scenario',
  parse: nonEmpty('a scenario, such as simple'),
  default: null,
  defaultInWords: 'simple where it was measured, else the first of the newest run',
  show: (value) => value ?? 'by what was measured',
}

export const ADVISE_SETTINGS: SettingsTable<AdviseChoices, keyof AdviseDefaults> = {
  target: {
    flag: '--target',
    placeholder: 'load',
    help: 'a rate and objectives, such as 2000/s p99<200ms',
    // TARGET is the URL of a service.
    env: ['RUNGS_ADVISE_TARGET'],
    key: 'target',
    parse: nonEmpty("a rate and objectives, such as '2000/s p99<200ms'"),
    default: null,
    defaultInWords: 'none: it must be given',
    show: (value) => value ?? 'not given',
  },
  need: {
    flag: '--need',
    placeholder: 'list',
    help: 'crash-restart, hang-restart, zero-downtime, offload, node-loss',
    env: ['RUNGS_NEED', 'NEED'],
    key: 'need',
    parse: list('crash-restart,zero-downtime'),
    default: [],
    defaultInWords: 'none',
    show: (value) => value.join(',') || 'none',
  },
  scenario: { ...SCENARIO, help: 'the scenario that stands for the load' },
}

export const SCALING_SETTINGS: SettingsTable<ScalingChoices, keyof ScalingDefaults> = {
  level: {
    flag: '--level',
    placeholder: 'name',
    help: 'the level, by number or name',
    env: ['RUNGS_LEVEL', 'LEVEL'],
    key: 'level',
    parse: nonEmpty('a level, such as 1'),
    default: '1',
    show: String,
  },
  scenario: { ...SCENARIO, help: 'the scenario' },
}
