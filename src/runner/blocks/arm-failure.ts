import { tellingText } from '../../model/plan/telling-lines.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'

/** The failure of one of the two versions; whose fault it is decides the exit code: 1 for the head, 2 for the base. */
export class ArmFailure extends UserError {
  readonly side: 'base' | 'head'

  constructor(side: 'base' | 'head', text: string) {
    super(text, side === 'head' ? ExitCode.Missed : ExitCode.Usage)
    this.side = side
  }
}

/**
 * What is wrong with one of the two versions, in a line.
 * @param log the last lines that it wrote
 */
export function armFailure(side: 'base' | 'head', what: string, log: readonly string[] = []): ArmFailure {
  return new ArmFailure(
    side,
    `${side} ${what}${log.length === 0 ? '' : `; its log says: ${tellingText(log)}`}`,
  )
}

/** The base cannot answer a scenario which the head answers as it should: there is nothing to compare it with. */
export class UnansweredByBase extends ArmFailure {
  constructor(
    readonly scenario: string,
    /** What the base does instead, behind its name. */
    readonly problem: string,
  ) {
    super('base', `base ${problem} (scenario ${scenario})`)
  }
}
