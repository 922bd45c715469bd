import { join } from 'node:path'
import { createDuet } from '../../engine/duet/duet.js'
import type { TuneResult } from '../../model/studies/tune.js'
import { watchSteal } from '../../observe/machine-cpu.js'
import { treeCpu } from '../../observe/tree-cpu.js'
import { measurementLine, pairLine, tuneDoc } from '../../report/search/tune-doc.js'
import { runTune } from '../../runner/studies/tune-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { planTune, readTune } from '../plan/tune-plan.js'
import type { Invocation } from '../terminal/invocation.js'
import { measureLevels } from '../world/measure-levels.js'
import { goOnText, resumed } from '../world/resume.js'
import { tellBeside } from '../world/write-page.js'

/** `rungs tune`: how many workers, and database connections, give the most. */
export async function tune(given: Invocation): Promise<ExitCode> {
  const { invocation, stored } = await resumed('tune', given)
  const { output, cwd } = invocation
  const reading = await readTune(invocation)
  const { result, dir } = await measureLevels(invocation, reading.plan, {
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
  await tellBeside(invocation, tuneDoc(result), dir, join(dir, 'tune.json'))
  if (result.state === 'interrupted') output.print(goOnText('tune', dir, cwd))
  output.result(result)
  if (result.state === 'interrupted') return ExitCode.Interrupted
  return result.verdict === null || result.verdict.state === 'none' ? ExitCode.Invalid : ExitCode.Ok
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
