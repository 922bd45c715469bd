import { ExitCode } from '../model/exit-codes.js'
import type { Run } from '../model/run.js'

/** How a run ends the process: the gravest thing that happened in it decides. */
export function exitCodeOf(run: Pick<Run, 'state' | 'cells'>): ExitCode {
  if (run.state === 'interrupted') return ExitCode.Interrupted
  const outcomes = run.cells.map((cell) => cell.outcome)
  const neverUp = outcomes.some(
    (o) => o.state === 'failed' && ['services', 'prepare', 'boot'].includes(o.stage),
  )
  if (neverUp || outcomes.every((o) => o.state === 'skipped')) return ExitCode.Usage
  const invalid = outcomes.some(
    (o) => o.state === 'failed' || (o.state === 'completed' && o.validity.state !== 'valid'),
  )
  return invalid ? ExitCode.Invalid : ExitCode.Ok
}
