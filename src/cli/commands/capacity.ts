import { join } from 'node:path'
import type { CapacityResult } from '../../model/studies/capacity.js'
import { capacityDoc } from '../../report/search/capacity-doc.js'
import { probeLine } from '../../report/search/capacity-text.js'
import { runCapacity } from '../../runner/studies/capacity-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { planCapacity, readCapacity } from '../plan/capacity-plan.js'
import type { Invocation } from '../terminal/invocation.js'
import { measureLevels } from '../world/measure-levels.js'
import { goOnText, resumed } from '../world/resume.js'
import { tellBeside } from '../world/write-page.js'

/** `rungs capacity`: the highest arrival rate at which the objectives hold. */
export async function capacity(given: Invocation): Promise<ExitCode> {
  const { invocation, stored } = await resumed('capacity', given)
  const { output, cwd } = invocation
  const reading = await readCapacity(invocation)
  const { result, dir } = await measureLevels(invocation, reading.plan, {
    kept: 'finished probes are',
    plan: (plan, around) => planCapacity({ ...reading, plan }, around),
    stored,
    recordOf: (plan) => plan.result,
    isEmpty: ({ probes }: CapacityResult) => probes.length === 0,
    measure: (plan, { record }, parts) =>
      runCapacity(
        { ...plan, result: record },
        {
          ...parts,
          onProbe: (index, rate, seconds) => {
            const { mostProbes: of } = plan.result.search
            const ref = { level: plan.level.info, scenario: plan.scenario.info.name, repeat: 1, index, of }
            parts.events.onPhase?.(ref, 'latency', seconds, rate)
          },
          onProbed: (probe) => output.note(probeLine(probe)),
        },
      ),
  })
  await tellBeside(invocation, capacityDoc(result), dir, join(dir, 'capacity.json'))
  if (result.state === 'interrupted') output.print(goOnText('capacity', dir, cwd))
  output.result(result)
  return exitCodeOf(result)
}

function exitCodeOf({ state, verdict }: CapacityResult): ExitCode {
  if (state === 'interrupted') return ExitCode.Interrupted
  switch (verdict?.state) {
    case 'found':
    case 'beyond':
      return ExitCode.Ok
    case 'doomed':
      return ExitCode.Missed
    default:
      return ExitCode.Invalid
  }
}
