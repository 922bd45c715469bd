import type { ConfigDefaults } from '../model/config.js'
import { type Parser, yesNo } from './parsers.js'

/** @typeParam Key names of the part of a configuration file that may set it */
export interface Setting<T, Key extends string = keyof ConfigDefaults> {
  readonly flag: `--${string}`
  /** What stands for the value in `--help`. */
  readonly placeholder: string
  readonly help: string
  /** Environment variables, the first that is set counts. */
  readonly env: readonly string[]
  /** Its name in that part of a configuration file; null where a file cannot set it. */
  readonly key: Key | null
  readonly parse: Parser<T>
  readonly default: T
  /** The default in words, where the value alone does not say it. */
  readonly defaultInWords?: string
  readonly show: (value: T) => string
  /** Takes a list although its default is none: its flag may be repeated. */
  readonly isList?: true
  /** Each run draws one where none is given. */
  readonly drawn?: true
}

/** What the rows of all switches have in common: no, unless asked for. */
export const SWITCH = {
  placeholder: '',
  parse: yesNo,
  default: false,
  defaultInWords: 'no',
  show: (isOn: boolean) => (isOn ? 'yes' : 'no'),
} as const
