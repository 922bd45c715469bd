import type { Run } from '../../model/run/run.js'
import { isMissed, isOpen } from '../../stats/validity/slo.js'
import { ExitCode } from '../../words/exit-codes.js'

/** How a run ends the process: the gravest thing that happened in it decides. */
export function exitCodeOf(run: Pick<Run, 'state' | 'cells'>): ExitCode {
  if (run.state === 'interrupted') return ExitCode.Interrupted
  const outcomes = run.cells.map((cell) => cell.outcome)
  const neverUp = outcomes.some(
    (o) => o.state === 'failed' && ['services', 'prepare', 'boot'].includes(o.stage),
  )
  if (neverUp || outcomes.every((o) => o.state === 'skipped')) return ExitCode.Usage
  if (outcomes.some((o) => o.state === 'failed')) return ExitCode.Invalid
  const completed = outcomes.filter((o) => o.state === 'completed')
  const invalid = completed.some(
    ({ validity, latency, latencyFailure }) =>
      latencyFailure !== undefined ||
      validity.state !== 'valid' ||
      (latency && latency.validity.state !== 'valid'),
  )
  if (invalid) return ExitCode.Invalid
  if (completed.some(({ slo }) => slo.some(isMissed))) return ExitCode.Missed
  return completed.some(({ slo }) => slo.some(isOpen)) ? ExitCode.Invalid : ExitCode.Ok
}
