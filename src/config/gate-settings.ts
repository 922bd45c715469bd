import type { GateDefaults } from '../model/config.js'
import type { GateMetric } from '../model/studies/gate.js'
import { GATE_DEFAULTS, GATE_METRICS, TAIL_LATENCY_SECONDS } from '../model/studies/gate-defaults.js'
import { nonEmpty, oneOf, type Parser, percentage, seconds, wholeNumber, yesNo } from './parsers.js'
import { type Setting, SWITCH } from './setting.js'

/** The settings that only `rungs gate` has, resolved. Times in seconds. */
export interface GateChoices {
  /** A ref, folder or URL. */
  readonly base: string | null
  readonly head: string
  readonly budget: number
  readonly threshold: number
  readonly alpha: number
  readonly metrics: readonly GateMetric[]
  readonly measureIdentical: boolean
  readonly onInconclusive: 'fail' | 'warn' | 'pass'
  /** At least. */
  readonly warmup: number
  readonly slices: number
  /** Null: by the percentiles that are compared. */
  readonly latencyTime: number | null
  /** A series file; true: the one of the base's name in the results folder. */
  readonly record: boolean | string
  /** File of absolute figures to stand beside. */
  readonly baseline: string | null
  readonly forceBaseline: boolean
  /** File that this gate's absolute figures are written to. */
  readonly saveBaseline: string | null
}

export type GateChoiceName = keyof GateChoices

type GateTable = { readonly [Name in GateChoiceName]: Setting<GateChoices[Name], keyof GateDefaults> }

/** What a gate can compare. */
export const ALL_GATE_METRICS = [
  'throughput',
  'cpu',
  'p50',
  'p95',
  'p99',
] as const satisfies readonly GateMetric[]

const asSeconds = (value: number) => `${value} s`
const asPercent = (value: number) => `${Number((value * 100).toPrecision(12))}%`

/** As `SETTINGS`; the names without `RUNGS_` are those that make hands on. */
export const GATE_SETTINGS: GateTable = {
  base: {
    flag: '--base',
    placeholder: 'REF|DIR|URL',
    help: 'what to compare with: a branch, tag or commit, a folder, or a service that runs already',
    env: ['RUNGS_BASE', 'BASE'],
    key: 'base',
    parse: nonEmpty('a branch, such as main'),
    default: null,
    defaultInWords: 'none: it must be given',
    show: (value) => value ?? 'none',
  },
  head: {
    flag: '--head',
    placeholder: 'DIR|REF|URL',
    help: 'what is compared; its folder has the configuration that declares level and scenarios for both',
    env: ['RUNGS_HEAD', 'HEAD'],
    key: null,
    parse: nonEmpty('a folder, such as .'),
    default: '.',
    show: String,
  },
  budget: {
    flag: '--budget',
    placeholder: 'TIME',
    help: 'how long may be measured, builds not counted, such as 5m',
    env: ['RUNGS_BUDGET', 'BUDGET'],
    key: 'budgetSeconds',
    parse: seconds({ zero: false, max: 86_400, example: 300 }),
    default: 300,
    defaultInWords: '5m',
    show: asSeconds,
  },
  threshold: {
    flag: '--threshold',
    placeholder: 'PERCENT',
    help: 'a slowdown of so much is a regression',
    env: ['RUNGS_THRESHOLD', 'THRESHOLD'],
    key: 'threshold',
    parse: percentage({ max: 10, example: '5%' }),
    default: GATE_DEFAULTS.threshold,
    defaultInWords: '5%',
    show: asPercent,
  },
  alpha: {
    flag: '--alpha',
    placeholder: 'PERCENT',
    help: 'chance of a false alarm, over all scenarios and metrics together',
    env: ['RUNGS_ALPHA', 'ALPHA'],
    key: 'alpha',
    parse: percentage({ max: 0.5, example: '1%' }),
    default: GATE_DEFAULTS.alpha,
    defaultInWords: '1%',
    show: asPercent,
  },
  metrics: {
    flag: '--metrics',
    placeholder: 'LIST',
    help: `what is compared, of ${ALL_GATE_METRICS.join(', ')}`,
    env: ['RUNGS_METRICS', 'METRICS'],
    key: 'metrics',
    parse: metricList,
    default: GATE_METRICS,
    defaultInWords: `${GATE_METRICS.join(',')}; of URLs all but cpu`,
    show: (value) => value.join(','),
  },
  measureIdentical: {
    ...SWITCH,
    flag: '--measure-identical',
    help: 'measure although base and head are the same: the check that the gate does not cry wolf here',
    env: ['RUNGS_MEASURE_IDENTICAL', 'MEASURE_IDENTICAL'],
    key: 'measureIdentical',
    defaultInWords: 'no: they pass',
  },
  onInconclusive: {
    flag: '--on-inconclusive',
    placeholder: 'fail|warn|pass',
    help: 'what to make of no verdict: exit 3, exit 0 with a warning, or exit 0',
    env: ['RUNGS_ON_INCONCLUSIVE', 'ON_INCONCLUSIVE'],
    key: 'onInconclusive',
    parse: oneOf(['fail', 'warn', 'pass']),
    default: 'fail',
    show: String,
  },
  warmup: {
    flag: '--warmup',
    placeholder: 'TIME',
    help: 'warm-up in each block, at least, in whole seconds; it goes on until both are steady, up to three times as long; 0: none',
    env: ['RUNGS_WARMUP', 'WARMUP'],
    key: 'warmupSeconds',
    parse: wholeSeconds(0),
    default: GATE_DEFAULTS.load.warmupSeconds,
    show: asSeconds,
  },
  slices: {
    flag: '--slices',
    placeholder: 'N',
    help: 'seconds of throughput and CPU in each block',
    env: ['RUNGS_SLICES', 'SLICES'],
    key: 'slices',
    parse: wholeNumber({ min: 1, max: 600, example: 4 }),
    default: GATE_DEFAULTS.load.slices,
    show: String,
  },
  latencyTime: {
    flag: '--latency-time',
    placeholder: 'TIME',
    help: 'latency in each block, in whole seconds; used only with p50, p95 or p99',
    env: ['RUNGS_LATENCY_TIME', 'LATENCY_TIME'],
    key: 'latencySeconds',
    parse: wholeSeconds(1),
    default: null,
    defaultInWords: `${GATE_DEFAULTS.load.latencySeconds} s; ${TAIL_LATENCY_SECONDS} s with p95 or p99`,
    show: (value) => (value === null ? 'by metrics' : asSeconds(value)),
  },
  record: {
    flag: '--record',
    placeholder: '[FILE]',
    help: 'keep the ratios against a pinned release in a series file, which rungs history draws',
    env: ['RUNGS_RECORD', 'RECORD'],
    key: null,
    parse: recordChoice,
    default: false,
    defaultInWords: 'no; without FILE: history/BASE.jsonl in the results folder',
    show: (value) => (typeof value === 'string' ? value : value ? 'yes' : 'no'),
  },
  baseline: {
    flag: '--baseline',
    placeholder: 'FILE',
    help: 'warn where absolute figures are worse than those stored there; never more than a warning',
    env: ['RUNGS_BASELINE', 'BASELINE'],
    key: null,
    parse: nonEmpty('a file, such as baseline.json'),
    default: null,
    defaultInWords: 'none',
    show: (value) => value ?? 'none',
  },
  forceBaseline: {
    ...SWITCH,
    flag: '--force-baseline',
    help: 'compare with the baseline although CPU model, cores, Node or level differ',
    env: ['RUNGS_FORCE_BASELINE', 'FORCE_BASELINE'],
    key: null,
  },
  saveBaseline: {
    flag: '--save-baseline',
    placeholder: 'FILE',
    help: "store the head's absolute figures",
    env: ['RUNGS_SAVE_BASELINE', 'SAVE_BASELINE'],
    key: null,
    parse: nonEmpty('a file, such as baseline.json'),
    default: null,
    defaultInWords: 'none',
    show: (value) => value ?? 'none',
  },
}

export const GATE_CHOICE_NAMES = Object.keys(GATE_SETTINGS) as GateChoiceName[]

function recordChoice(text: string): ReturnType<Parser<boolean | string>> {
  const word = yesNo(text)
  return 'value' in word ? word : nonEmpty('a file, such as history/v1.2.0.jsonl')(text)
}

function wholeSeconds(min: number): Parser<number> {
  const parse = seconds({ zero: true, max: 600, example: 3 })
  return (text) => {
    const parsed = parse(text)
    if ('problem' in parsed || (parsed.value >= min && Number.isInteger(parsed.value))) return parsed
    return { problem: `must be whole seconds from ${min} to 600, such as 3` }
  }
}

function metricList(text: string): ReturnType<Parser<readonly GateMetric[]>> {
  const words = text.split(',').map((word) => word.trim())
  const known = ALL_GATE_METRICS.filter((metric) => words.includes(metric))
  if (words.every((word) => ALL_GATE_METRICS.some((metric) => metric === word))) return { value: known }
  return { problem: `must be a list of ${ALL_GATE_METRICS.join(', ')}, such as throughput,cpu` }
}
