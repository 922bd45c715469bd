import type { BackendName } from '../model/plan/level.js'
import { type Affinity, affinity, showAffinity } from './affinity.js'
import { LATENCY_SETTINGS, type LatencySettings } from './latency-settings.js'
import { list, nonEmpty, oneOf, seconds, wholeNumber } from './parsers.js'
import type { Setting } from './setting.js'
import { type WorkerCpus, workerCpus } from './worker-cpus.js'

/** Every setting of a run, resolved. Times in seconds. */
export interface Settings extends LatencySettings {
  /** Numbers or names of levels, `all`, or `lowest`. */
  readonly level: readonly string[]
  /** Names, files or folders of scenarios, or `all`. */
  readonly scenario: readonly string[]
  readonly duration: number
  readonly warmup: number
  /** Null: each scenario's own, 32 where it has none. */
  readonly connections: number | null
  readonly timeout: number
  readonly repeats: number
  /** Of levels that do not fix their number themselves; 0: as the level says. */
  readonly workers: number
  /** The CPU quota of each worker, in cores. */
  readonly workerCpus: WorkerCpus
  readonly generators: number
  readonly affinity: Affinity
  readonly seed: number
  readonly out: string
  /** Scheme, host and port of a service that rungs does not boot. */
  readonly target: string | null
  /** Hosts that load may go to although they are not this machine. */
  readonly allowRemote: readonly string[]
  readonly database: 'fresh' | 'given'
  /** Of levels that can be run in several ways; `auto`: the first that has here what it needs. */
  readonly backend: 'auto' | BackendName
}

export type SettingName = keyof Settings

export type SettingTable = { readonly [Name in SettingName]: Setting<Settings[Name]> }

const asSeconds = (value: number) => `${value} s`
const asList = (value: readonly string[]) => value.join(',')

/**
 * The settings, in the order in which people see them. The ranges are those of `ConfigDefaults` (a test compares
 * them); they are repeated here so that `rungs --help` need not load the schemas.
 */
export const SETTINGS: SettingTable = {
  level: {
    flag: '--level',
    placeholder: 'LIST',
    help: 'levels by number or name, such as 0,1,2; or all, or lowest',
    env: ['RUNGS_LEVEL', 'LEVEL'],
    key: 'level',
    parse: list('0,1,2'),
    default: ['lowest'],
    defaultInWords: 'lowest: 0, or the lowest of your own levels',
    show: asList,
  },
  scenario: {
    flag: '--scenario',
    placeholder: 'LIST',
    help: 'scenarios by name, file or folder, such as simple,./mine.ts; or all',
    env: ['RUNGS_SCENARIO', 'SCENARIO'],
    key: 'scenario',
    parse: list('simple,db-read'),
    default: ['all'],
    defaultInWords: 'all: your own, or the built-in ones when you declare none',
    show: asList,
  },
  duration: {
    flag: '--duration',
    placeholder: 'TIME',
    help: 'how long each cell is measured, such as 10, 500ms or 2m',
    env: ['RUNGS_DURATION', 'DURATION'],
    key: 'durationSeconds',
    parse: seconds({ zero: false, max: 86_400, example: 10 }),
    default: 10,
    show: asSeconds,
  },
  warmup: {
    flag: '--warmup',
    placeholder: 'TIME',
    help: 'load before measuring that does not count, such as 3',
    env: ['RUNGS_WARMUP', 'WARMUP'],
    key: 'warmupSeconds',
    parse: seconds({ zero: true, max: 3_600, example: 3 }),
    default: 3,
    show: asSeconds,
  },
  connections: {
    flag: '--connections',
    placeholder: 'N',
    help: 'connections, each with one request under way at a time',
    env: ['RUNGS_CONNECTIONS', 'CONNECTIONS'],
    key: 'connections',
    parse: wholeNumber({ min: 1, max: 10_000, example: 32 }),
    default: null,
    defaultInWords: "the scenario's own, else 32",
    show: (value) => (value === null ? "the scenario's own, else 32" : String(value)),
  },
  timeout: {
    flag: '--timeout',
    placeholder: 'TIME',
    help: 'a request without an answer after this long counts as timed out',
    env: ['RUNGS_TIMEOUT', 'TIMEOUT'],
    key: 'timeoutSeconds',
    parse: seconds({ zero: false, max: 600, example: 10 }),
    default: 10,
    defaultInWords: "the scenario's own, else 10 s",
    show: asSeconds,
  },
  ...LATENCY_SETTINGS,
  repeats: {
    flag: '--repeats',
    placeholder: 'N',
    help: 'how often each cell is measured, interleaved',
    env: ['RUNGS_REPEATS', 'REPEATS'],
    key: 'repeats',
    parse: wholeNumber({ min: 1, max: 1_000, example: 5 }),
    default: 1,
    show: String,
  },
  workers: {
    flag: '--workers',
    placeholder: 'N',
    help: 'workers of the levels that take a number of them, refused where none does; 0 is the default of each',
    env: ['RUNGS_WORKERS', 'WORKERS'],
    key: 'workers',
    parse: wholeNumber({ min: 0, max: 1_024, example: 4 }),
    default: 0,
    defaultInWords: '0: as the level says',
    show: (value) => (value === 0 ? '0 (as the level says)' : String(value)),
  },
  workerCpus: {
    flag: '--worker-cpus',
    placeholder: 'CORES',
    help: 'the CPU time that each worker may use, in cores: auto, off, or such as 0.1',
    env: ['RUNGS_WORKER_CPUS', 'WORKER_CPUS'],
    key: 'workerCpus',
    parse: workerCpus,
    default: 'off',
    show: String,
  },
  generators: {
    flag: '--generators',
    placeholder: 'N',
    help: 'processes that generate the load; the connections are divided among them',
    env: ['RUNGS_GENERATORS', 'GENERATORS'],
    key: 'generators',
    parse: wholeNumber({ min: 1, max: 64, example: 2 }),
    default: 1,
    show: String,
  },
  affinity: {
    flag: '--affinity',
    placeholder: 'CORES',
    help: 'keep generator and service on cores of their own: auto, off, or such as 0:1-3',
    env: ['RUNGS_AFFINITY', 'AFFINITY'],
    key: 'affinity',
    parse: affinity,
    default: 'auto',
    show: showAffinity,
  },
  seed: {
    flag: '--seed',
    placeholder: 'N',
    help: 'drives the order of the cells and every random draw',
    env: ['RUNGS_SEED', 'SEED'],
    key: 'seed',
    parse: wholeNumber({ min: 0, max: 4_294_967_295, example: 42 }),
    default: 0,
    defaultInWords: 'a new one each run, kept in the result',
    show: String,
    drawn: true,
  },
  out: {
    flag: '--out',
    placeholder: 'DIR',
    help: 'folder that results are written to',
    env: ['RUNGS_OUT', 'OUT'],
    key: 'out',
    parse: nonEmpty('a folder, such as reports'),
    default: 'reports',
    show: String,
  },
  target: {
    flag: '--target',
    placeholder: 'URL',
    help: 'load a service that runs already instead of booting a level',
    env: ['RUNGS_TARGET', 'TARGET'],
    key: null,
    parse: nonEmpty('a URL, such as http://127.0.0.1:8080'),
    default: null,
    defaultInWords: 'none: rungs boots the level',
    show: (value) => value ?? 'none',
  },
  allowRemote: {
    flag: '--allow-remote',
    placeholder: 'HOST',
    help: 'a host that load may go to although it is not this machine',
    env: ['RUNGS_ALLOW_REMOTE'],
    key: null,
    parse: list('staging.example.com'),
    default: [],
    defaultInWords: 'none: load stays on this machine',
    show: (value) => asList(value) || 'none',
  },
  database: {
    flag: '--database',
    placeholder: 'fresh|given',
    help: 'a fresh database per boot, or the one that DATABASE_URL names, as it is',
    env: ['RUNGS_DATABASE', 'DATABASE'],
    key: 'database',
    parse: oneOf(['fresh', 'given']),
    default: 'fresh',
    show: String,
  },
  backend: {
    flag: '--backend',
    placeholder: 'auto|native|compose',
    help: 'how levels are run that can be run in several ways: native, compose (containers), or auto',
    env: ['RUNGS_BACKEND', 'BACKEND'],
    key: 'backend',
    parse: oneOf(['auto', 'native', 'compose']),
    default: 'auto',
    defaultInWords: 'auto: the first that has here what it needs',
    show: String,
  },
}

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]
