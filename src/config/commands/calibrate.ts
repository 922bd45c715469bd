import type { CalibrateDefaults } from '../../model/config.js'
import { list, type Parser, seconds, wholeNumber } from '../parsers.js'
import type { SettingsTable } from '../resolve-table.js'
import { SWITCH } from '../setting.js'
import { numbers } from './numbers.js'

/** The settings that only `rungs calibrate` has; null: by its plan. Times in seconds. */
export interface CalibrateChoices {
  /** By name. */
  readonly fixture: readonly string[] | null
  /** Requests per second. */
  readonly rates: readonly number[] | null
  readonly duration: number | null
  readonly repeats: number | null
  /** 0: not at all. */
  readonly peers: number | null
  readonly quick: boolean
}

const rates: Parser<readonly number[]> = (text) => {
  const parsed = numbers(wholeNumber({ min: 1, max: 100_000, example: 500 }), '100,500')(text)
  return 'value' in parsed
    ? { value: [...new Set(parsed.value)] }
    : { problem: 'must be whole numbers of requests per second from 1 to 100000, such as 100,500' }
}

const shown = (unit: string) => (value: number | null) => (value === null ? 'by its plan' : `${value}${unit}`)
const listText = (value: readonly unknown[] | null) => value?.join(',') ?? 'by its plan'

export const CALIBRATE_SETTINGS: SettingsTable<CalibrateChoices, keyof CalibrateDefaults> = {
  fixture: {
    flag: '--fixture',
    placeholder: 'list',
    help: 'fixtures by name, such as stall,hung',
    env: ['RUNGS_FIXTURE', 'FIXTURE'],
    key: 'fixture',
    parse: list('stall,hung'),
    default: null,
    defaultInWords: 'all',
    show: listText,
    isList: true,
  },
  rates: {
    flag: '--rates',
    placeholder: 'list',
    help: 'requests per second',
    env: ['RUNGS_RATES', 'RATES'],
    key: 'rates',
    parse: rates,
    default: null,
    defaultInWords: '100,1000,2500; all but fixed delays at the middle one; stall: 500',
    show: listText,
    isList: true,
  },
  duration: {
    flag: '--duration',
    placeholder: 'time',
    help: 'how long each measurement takes',
    env: ['RUNGS_DURATION', 'DURATION'],
    key: 'durationSeconds',
    parse: seconds({ zero: false, max: 600, example: 10 }),
    default: null,
    defaultInWords:
      'as long as 5,000 answers, so that p99.9 is judged, but at least 2 s; 5 s where they take more than 10 s; a stall: whole cycles; about 8 minutes in all',
    show: shown(' s'),
  },
  repeats: {
    flag: '--repeats',
    placeholder: 'N',
    help: 'measurements of each, of which the one in the middle counts',
    env: ['RUNGS_REPEATS', 'REPEATS'],
    key: 'repeats',
    parse: wholeNumber({ min: 1, max: 99, example: 5 }),
    default: null,
    defaultInWords: '3',
    show: shown(''),
  },
  peers: {
    flag: '--peers',
    placeholder: 'time',
    help: 'how long autocannon and wrk load each fixture; 0: not at all',
    env: ['RUNGS_PEERS', 'PEERS'],
    key: 'peersSeconds',
    parse: seconds({ zero: true, max: 600, example: 2 }),
    default: null,
    defaultInWords: '1',
    show: shown(' s'),
  },
  quick: {
    ...SWITCH,
    flag: '--quick',
    help: 'a trial of the path in seconds: short, at one rate, without the other tools',
    env: ['RUNGS_QUICK', 'QUICK'],
    key: 'quick',
  },
}
