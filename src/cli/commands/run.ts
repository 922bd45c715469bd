import { join, relative } from 'node:path'
import { readPlan } from '../../catalog/read-plan.js'
import type { Run } from '../../model/run/run.js'
import { KINDS } from '../../records/kinds.js'
import { runId } from '../../records/write-record.js'
import { runTable } from '../../report/run/run-table.js'
import { runPlan } from '../../runner/studies/run-plan.js'
import type { ExitCode } from '../../words/exit-codes.js'
import { refuseNothingDue } from '../plan/nothing-due.js'
import { planRun } from '../plan/plan-run.js'
import { randomSeed } from '../plan/random-seed.js'
import type { Invocation } from '../terminal/invocation.js'
import { exitCodeOf } from '../world/exit-code.js'
import { measureLevels } from '../world/measure-levels.js'
import { goOnText, resumed } from '../world/resume.js'

/** `rungs run`: the main job. */
export async function run(given: Invocation): Promise<ExitCode> {
  const { invocation, stored } = await resumed(KINDS.run, given)
  const { flags, env, cwd, output } = invocation
  const reading = await readPlan({
    flags,
    env,
    cwd,
    configFile: flags.config,
    randomSeed: randomSeed(),
    told: output,
  })
  const { target, stages: ownStages } = reading.configuration.settings
  const { result, dir } = await measureLevels(invocation, reading, {
    kept: 'what was measured is',
    isLive: flags.live !== undefined,
    plan: (read, around) => {
      const slug =
        target === null ? `level-${read.levels.map(({ level }) => level.number).join('-')}` : 'target'
      const planned = planRun(read, runId(around.startedAt, slug), around)
      refuseNothingDue(planned.run.settings, planned.run.scenarios, ownStages)
      return planned
    },
    stored,
    recordOf: (plan) => plan.run,
    measure: (plan, { record }, parts) => runPlan({ ...plan, run: record }, { ...parts, ownStages }),
    isEmpty: ({ cells }: Run) => cells.length === 0,
  })
  output.print(runTable(result, { colour: output.colour, columns: output.columns }))
  output.print(`${relative(cwd, join(dir, 'run.json'))} (make performance-report, or rungs report, shows it)`)
  if (result.state === 'interrupted') output.print(goOnText('run', dir, cwd))
  output.result(result)
  return exitCodeOf(result)
}
