import { UserError } from '../../words/errors.js'

/** Which cores load comes from, and which serve. */
export interface CoreSplit {
  readonly generator: readonly number[]
  readonly service: readonly number[]
}

export interface Affinity {
  /** Null where they share all cores. */
  readonly split: CoreSplit | null
  /** Why so, for people. */
  readonly reason: string
}

/** From so many cores on, the generator gets a quarter of them; below, one. */
const QUARTER_FROM = 4

/**
 * Splits the cores between generator and service.
 * @param allowed the cores that rungs may run on
 * @param option `auto`, `off`, or the cores of each
 * @param canPin whether the system can keep a process on cores
 * @throws UserError for an option that cannot be done; `auto` never fails.
 */
export function splitCores(
  allowed: readonly number[],
  option: 'auto' | 'off' | CoreSplit,
  canPin: boolean,
): Affinity {
  if (option === 'off') return { split: null, reason: 'generator and service share all cores (affinity off)' }
  if (option === 'auto') return automatic(allowed, canPin)
  const missing = [...option.generator, ...option.service].filter((core) => !allowed.includes(core))
  if (missing.length > 0) {
    throw new UserError(
      `affinity: core ${missing.join(', ')} is not among those that may be used (${allowed.join(', ')})`,
    )
  }
  if (!canPin) {
    throw new UserError(
      'affinity: taskset was not found on the PATH: install util-linux (Linux only), or use auto',
    )
  }
  return { split: option, reason: 'as asked for' }
}

function automatic(allowed: readonly number[], canPin: boolean): Affinity {
  if (allowed.length < 2) {
    return { split: null, reason: 'generator and service share the only core, so each slows the other' }
  }
  if (!canPin) {
    return { split: null, reason: 'generator and service share all cores, since taskset was not found' }
  }
  const count = allowed.length < QUARTER_FROM ? 1 : Math.floor(allowed.length / 4)
  return {
    split: { generator: allowed.slice(0, count), service: allowed.slice(count) },
    reason: `${count} of ${allowed.length} cores for the generator, the rest for the service`,
  }
}
