import type { CapacityDefaults } from '../../model/config.js'
import { ratePerSecond } from '../load-parsers.js'
import { percentage, wholeNumber } from '../parsers.js'
import type { SettingsTable } from '../resolve-table.js'

/** The settings that only `rungs capacity` has. Rates in requests per second. */
export interface CapacityChoices {
  /** Null: the warm-up tells. */
  readonly start: number | null
  /** Null: the lowest that can be judged in time. */
  readonly lowest: number | null
  readonly highest: number
  /** A share of the rate. */
  readonly resolution: number
  readonly probes: number
}

const rateText = (value: number | null) => (value === null ? 'not given' : `${value}/s`)

export const CAPACITY_SETTINGS: SettingsTable<CapacityChoices, keyof CapacityDefaults> = {
  start: {
    flag: '--start',
    placeholder: 'rate',
    help: 'the first rate',
    env: ['RUNGS_START', 'START'],
    key: 'start',
    parse: ratePerSecond,
    default: null,
    defaultInWords: '70 % of what the warm-up was served',
    show: rateText,
  },
  lowest: {
    flag: '--lowest',
    placeholder: 'rate',
    help: 'give up if even this rate misses',
    env: ['RUNGS_LOWEST', 'LOWEST'],
    key: 'lowest',
    parse: ratePerSecond,
    default: null,
    defaultInWords: 'what can be judged within 120 s',
    show: rateText,
  },
  highest: {
    flag: '--highest',
    placeholder: 'rate',
    help: 'no higher rate is tried',
    env: ['RUNGS_HIGHEST', 'HIGHEST'],
    key: 'highest',
    parse: ratePerSecond,
    default: 1_000_000,
    show: rateText,
  },
  resolution: {
    flag: '--resolution',
    placeholder: 'share',
    help: 'how closely it is searched',
    env: ['RUNGS_RESOLUTION', 'RESOLUTION'],
    key: 'resolution',
    parse: percentage({ max: 1, example: '3%' }),
    default: 0.03,
    defaultInWords: '3%',
    show: (value) => `${100 * value}%`,
  },
  probes: {
    flag: '--probes',
    placeholder: 'N',
    help: 'the most probes',
    env: ['RUNGS_PROBES', 'PROBES'],
    key: 'probes',
    parse: wholeNumber({ min: 3, max: 100, example: 16 }),
    default: 16,
    show: String,
  },
}
