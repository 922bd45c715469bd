import { createDuet } from '../../engine/duet/duet.js'
import type { TuneResult } from '../../model/studies/tune.js'
import { watchSteal } from '../../observe/machine-cpu.js'
import { treeCpu } from '../../observe/tree-cpu.js'
import { measurementLine, pairLine } from '../../report/search/tune-doc.js'
import { TUNE } from '../../report/site/told.js'
import { runTune } from '../../runner/studies/tune-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { planTune, readTune } from '../plan/tune-plan.js'
import { measureLevels } from '../world/measure-levels.js'
import { asCommand, type StudyCommand } from '../world/study-command.js'

const tuning: StudyCommand<TuneResult> = {
  ...TUNE,
  async measure(invocation, stored) {
    const { output } = invocation
    const reading = await readTune(invocation)
    return await measureLevels(invocation, reading.plan, {
      kept: 'finished measurements are',
      plan: (plan, around) => planTune({ ...reading, plan }, around),
      stored,
      recordOf: (plan) => plan.result,
      isEmpty: ({ measurements }: TuneResult) => measurements.length === 0,
      measure: (plan, { record }, parts) => {
        const { candidates } = plan.result
        output.note(`${candidates.length} candidates, about ${minutes(plan.expectedSeconds)}`)
        return runTune(
          { ...plan, result: record },
          {
            ...parts,
            duet: { engine: createDuet(), treeCpu, watchSteal },
            onMeasured: (measurement) => output.note(measurementLine(measurement, candidates)),
            onPair: (pair) => output.note(pairLine(pair, candidates)),
          },
        )
      },
    })
  },
  exit: ({ verdict }) => (verdict === null || verdict.state === 'none' ? ExitCode.Invalid : ExitCode.Ok),
}

/** `rungs tune`: how many workers, and database connections, give the most. */
export const tune = asCommand(tuning)

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
