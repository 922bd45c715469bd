import type { TuneDefaults } from '../../model/config.js'
import { nonEmpty, seconds, wholeNumber } from '../parsers.js'
import type { SettingsTable } from '../resolve-table.js'
import { numbers } from './numbers.js'

/** The settings that only `rungs tune` has. Times in seconds. */
export interface TuneChoices {
  /** Null: by the cores. */
  readonly workers: readonly number[] | null
  /** Database connections of a worker; null: by the formula. */
  readonly pools: readonly number[] | null
  /** Null: what the level names. */
  readonly poolEnv: string | null
  readonly poolBudget: number
  /** Null: no limit. */
  readonly budget: number | null
  readonly finalists: number
  readonly pairs: number
}

/** With fewer, the one that is left may be the formula itself, and nothing would be compared with it. */
const LEAST_FINALISTS = 2

/** Fewer have no interval of 95 %. */
const LEAST_PAIRS = 6

const count = (max: number, example: number) => wholeNumber({ min: 1, max, example })
const listText = (value: readonly number[] | null) => value?.join(',') ?? 'not given'

export const TUNE_SETTINGS: SettingsTable<TuneChoices, keyof TuneDefaults> = {
  workers: {
    flag: '--workers',
    placeholder: 'list',
    help: 'workers to try',
    env: ['RUNGS_WORKERS', 'WORKERS'],
    key: 'workers',
    parse: numbers(count(1_000, 4), '1,3,5'),
    default: null,
    defaultInWords: '1, c, 1.5 c, 2 c, 2 c + 1 and 3 c for c cores',
    show: listText,
    isList: true,
  },
  pools: {
    flag: '--pools',
    placeholder: 'list',
    help: 'database connections a worker to try',
    env: ['RUNGS_POOLS', 'POOLS'],
    key: 'pools',
    parse: numbers(count(10_000, 8), '4,8,16'),
    default: null,
    defaultInWords: 'the formula, its half and its double',
    show: listText,
    isList: true,
  },
  poolEnv: {
    flag: '--pool-env',
    placeholder: 'name',
    help: 'the variable that sets them',
    env: ['RUNGS_POOL_ENV', 'POOL_ENV'],
    key: 'poolEnv',
    parse: nonEmpty('DB_POOL_MAX'),
    default: null,
    defaultInWords: 'what the level names, if it does',
    show: (value) => value ?? 'not given',
  },
  poolBudget: {
    flag: '--pool-budget',
    placeholder: 'N',
    help: 'connections of all workers together, by which the formula goes',
    env: ['RUNGS_POOL_BUDGET', 'POOL_BUDGET'],
    key: 'poolBudget',
    parse: count(100_000, 80),
    default: 80,
    show: String,
  },
  budget: {
    flag: '--budget',
    placeholder: 'time',
    help: 'begin nothing that would end later, such as 10m',
    env: ['RUNGS_BUDGET', 'BUDGET'],
    key: 'budgetSeconds',
    parse: seconds({ zero: false, max: 86_400, example: 300 }),
    default: null,
    defaultInWords: 'no limit',
    show: (value) => (value === null ? 'no limit' : `${value} s`),
  },
  finalists: {
    flag: '--finalists',
    placeholder: 'N',
    help: 'how many go to the final comparison with the formula',
    env: ['RUNGS_FINALISTS', 'FINALISTS'],
    key: 'finalists',
    parse: wholeNumber({ min: LEAST_FINALISTS, max: 10, example: 2 }),
    default: 2,
    show: String,
  },
  pairs: {
    flag: '--pairs',
    placeholder: 'N',
    help: 'pairs of each in the final comparison, 6 or more',
    env: ['RUNGS_PAIRS', 'PAIRS'],
    key: 'pairs',
    parse: wholeNumber({ min: LEAST_PAIRS, max: 50, example: 6 }),
    default: 6,
    show: String,
  },
}
