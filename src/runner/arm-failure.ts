import { UserError } from '../model/errors.js'
import { ExitCode } from '../model/exit-codes.js'

/**
 * What is wrong with one of the two versions, in a line. Whose fault it is decides the exit code: 1 for the head, 2 for
 * the base.
 * @param log the last lines that it wrote
 */
export function armFailure(side: 'base' | 'head', what: string, log: readonly string[] = []): UserError {
  const last = log.at(-1)
  const text = `${side} ${what}${last === undefined ? '' : `; it last wrote: ${last}`}`
  return new UserError(text, side === 'head' ? ExitCode.Missed : ExitCode.Usage)
}

/** The base cannot answer a scenario which the head answers as it should: there is nothing to compare it with. */
export class UnansweredByBase extends UserError {
  constructor(
    readonly scenario: string,
    /** What the base does instead, behind its name. */
    readonly problem: string,
  ) {
    super(`base ${problem} (scenario ${scenario})`, ExitCode.Usage)
  }
}
