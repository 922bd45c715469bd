import type { CapacityResult } from '../../model/studies/capacity.js'
import { probeLine } from '../../report/search/capacity-text.js'
import { CAPACITY } from '../../report/site/told.js'
import { runCapacity } from '../../runner/studies/capacity-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { planCapacity, readCapacity } from '../plan/capacity-plan.js'
import { measureLevels } from '../world/measure-levels.js'
import { asCommand, type StudyCommand } from '../world/study-command.js'

const search: StudyCommand<CapacityResult> = {
  ...CAPACITY,
  async measure(invocation, stored) {
    const reading = await readCapacity(invocation)
    return await measureLevels(invocation, reading.plan, {
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
            onProbed: (probe) => invocation.output.note(probeLine(probe)),
          },
        ),
    })
  },
  exit({ verdict }) {
    switch (verdict?.state) {
      case 'found':
      case 'beyond':
        return ExitCode.Ok
      case 'doomed':
        return ExitCode.Missed
      default:
        return ExitCode.Invalid
    }
  },
}

/** `rungs capacity`: the highest arrival rate at which the objectives hold. */
export const capacity = asCommand(search)
