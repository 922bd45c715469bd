import type { LadderDefaults } from '../../model/config.js'
import { type Parser, wholeNumber } from '../parsers.js'
import type { SettingsTable } from '../resolve-table.js'
import { numbers } from './numbers.js'

/** The settings that only `rungs ladder` has. */
export interface LadderChoices {
  /** Numbers of workers that each level is run with; 0: as it says; null: by the other settings. */
  readonly workers: readonly number[] | null
}

const count: Parser<number> = (text) =>
  text === 'auto' ? { value: 0 } : wholeNumber({ min: 0, max: 1_024, example: 4 })(text)

const workerCounts: Parser<readonly number[]> = (text) => {
  const parsed = numbers(count, '1,2,4')(text)
  return 'value' in parsed
    ? parsed
    : { problem: 'must be a list of whole numbers from 0 to 1024, or auto, such as 1,2,4' }
}

export const LADDER_SETTINGS: SettingsTable<LadderChoices, keyof LadderDefaults> = {
  workers: {
    flag: '--workers',
    placeholder: 'LIST',
    help: 'numbers of workers to run each level with; auto: as it says',
    env: ['RUNGS_WORKERS', 'WORKERS'],
    key: 'workers',
    parse: workerCounts,
    default: null,
    defaultInWords: '1,auto',
    show: (value) => value?.map((one) => (one === 0 ? 'auto' : one)).join(',') ?? '1,auto',
    isList: true,
  },
}
