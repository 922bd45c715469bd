import type { ConfigDefaults } from '../model/config.js'
import type { Parser } from './parsers.js'

export interface Setting<T> {
  readonly flag: `--${string}`
  /** What stands for the value in `--help`. */
  readonly placeholder: string
  readonly help: string
  /** Environment variables, the first that is set counts. */
  readonly env: readonly string[]
  /** Its name among the `defaults` of a configuration file; null where a file cannot set it. */
  readonly key: keyof ConfigDefaults | null
  readonly parse: Parser<T>
  readonly default: T
  /** The default in words, where the value alone does not say it. */
  readonly defaultInWords?: string
  readonly show: (value: T) => string
  /** Each run draws one where none is given. */
  readonly drawn?: true
}
