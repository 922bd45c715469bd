import { type SweepFinding, sweepLeases } from '../../launch/lease/sweep.js'
import type { Invocation } from '../terminal/invocation.js'

/** Cleans up after earlier runs that crashed, and says so. */
export async function sweepFirst({
  env,
  output,
}: Pick<Invocation, 'env' | 'output'>): Promise<SweepFinding[]> {
  const findings = await sweepLeases({ env })
  for (const { text } of findings) output.note(text)
  return findings
}
