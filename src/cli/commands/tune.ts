import { join } from 'node:path'
import { createDuet } from '../../engine/duet/duet.js'
import type { TuneResult } from '../../model/studies/tune.js'
import { cpuShares, readCpuTicks } from '../../observe/machine-cpu.js'
import { treeCpu } from '../../observe/tree-cpu.js'
import { measurementLine, pairLine, tuneDoc } from '../../report/search/tune-doc.js'
import { writeTune } from '../../runner/studies/run-file.js'
import { runTune } from '../../runner/studies/tune-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { planTune, readTune } from '../plan/tune-plan.js'
import type { Invocation } from '../terminal/invocation.js'
import { runSearch } from '../world/search-run.js'
import { tellBeside } from '../world/write-page.js'

/** `rungs tune`: how many workers, and database connections, give the most. */
export async function tune(invocation: Invocation): Promise<ExitCode> {
  const { output } = invocation
  const reading = await readTune(invocation)
  const { result, dir } = await runSearch(invocation, reading.plan, {
    kept: 'finished measurements',
    plan: (levels, around) => planTune({ ...reading, plan: { ...reading.plan, levels } }, around),
    write: writeTune,
    isEmpty: ({ measurements }: TuneResult) => measurements.length === 0,
    measure: (plan, parts, save) => {
      const { candidates } = plan.result
      output.note(`${candidates.length} candidates, about ${minutes(plan.expectedSeconds)}`)
      return runTune(plan, {
        ...parts,
        save,
        duet: { engine: createDuet(), treeCpu, watchSteal },
        onMeasured: (measurement) => output.note(measurementLine(measurement, candidates)),
        onPair: (pair) => output.note(pairLine(pair, candidates)),
      })
    },
  })
  await tellBeside(invocation, tuneDoc(result), dir, join(dir, 'tune.json'))
  output.result(result)
  if (result.state === 'interrupted') return ExitCode.Interrupted
  return result.verdict === null || result.verdict.state === 'none' ? ExitCode.Invalid : ExitCode.Ok
}

function watchSteal(): () => number | null {
  const before = readCpuTicks()
  return () => cpuShares(before, readCpuTicks()).stealShare
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
