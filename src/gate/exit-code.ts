import type { GateDecision } from '../model/studies/gate.js'
import { ExitCode } from '../words/exit-codes.js'

/** What to make of a gate that came to no verdict: as such, as a pass with a warning, or as a pass. */
export type OnInconclusive = 'fail' | 'warn' | 'pass'

/** Null for a decision: nothing was measured, which is never green. */
export function gateExitCode(decision: GateDecision | null, onInconclusive: OnInconclusive): ExitCode {
  if (decision === null) return ExitCode.Usage
  if (decision.ended === 'interrupted') return ExitCode.Interrupted
  if (decision.verdict === 'regress') return ExitCode.Missed
  if (decision.verdict === 'pass') return ExitCode.Ok
  const measured = decision.rows.some((row) => row.n !== null)
  return onInconclusive === 'fail' || !measured ? ExitCode.Invalid : ExitCode.Ok
}
