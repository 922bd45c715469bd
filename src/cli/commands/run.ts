import { rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type ReadPlan, readPlan } from '../../catalog/read-plan.js'
import type { Run } from '../../model/run/run.js'
import { makeRunFolder, runId, writeRecord } from '../../records/write-record.js'
import { runTable } from '../../report/run/run-table.js'
import { type RunPlan, runPlan } from '../../runner/studies/run-plan.js'
import { UserError } from '../../words/errors.js'
import type { ExitCode } from '../../words/exit-codes.js'
import { refuseNothingDue } from '../plan/nothing-due.js'
import { planRun } from '../plan/plan-run.js'
import { randomSeed } from '../plan/random-seed.js'
import type { Invocation } from '../terminal/invocation.js'
import { checkTargetListens } from '../world/check-target.js'
import { exitCodeOf } from '../world/exit-code.js'
import { listenForInterrupt } from '../world/interrupt.js'
import { measuring } from '../world/measuring.js'
import { makeResultsFolder } from '../world/results-folder.js'
import { surroundingsOf } from '../world/surroundings.js'
import { sweepFirst } from '../world/sweep-first.js'

/** `rungs run`: the main job. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const plan = await readPlan({
    flags,
    env,
    cwd,
    configFile: flags.config,
    randomSeed: randomSeed(),
    told: output,
  })
  const { target } = plan.configuration.settings
  if (target !== null) await checkTargetListens(target)
  await sweepFirst(invocation)
  const interrupt = listenForInterrupt((name) =>
    output.warn(`${name}: stopping; what was measured is kept (again to leave at once)`),
  )
  try {
    const { dir, plan: planned } = await prepareRun(invocation, plan)
    const result = await measure(invocation, plan, planned, dir, interrupt.signal)
    output.print(runTable(result, { colour: output.colour, columns: output.columns }))
    output.print(
      `${relative(cwd, join(dir, 'run.json'))} (make performance-report, or rungs report, shows it)`,
    )
    output.result(result)
    return exitCodeOf(result)
  } finally {
    interrupt.dispose()
  }
}

async function prepareRun(
  invocation: Invocation,
  plan: ReadPlan,
): Promise<{ dir: string; plan: ReturnType<typeof planRun> }> {
  const { settings } = plan.configuration
  const { levels, around } = await surroundingsOf(invocation, plan)
  const slug =
    settings.target === null ? `level-${plan.levels.map(({ level }) => level.number).join('-')}` : 'target'
  const planned = planRun({ ...plan, levels }, runId(around.startedAt, slug), around)
  refuseNothingDue(planned.run.settings, planned.run.scenarios, settings.stages)
  const folder = await makeRunFolder(
    await makeResultsFolder(resolve(invocation.cwd, settings.out)),
    planned.run.id,
  )
  planned.run.id = folder.id
  return { dir: folder.dir, plan: planned }
}

async function measure(
  invocation: Invocation,
  { configuration: { settings } }: ReadPlan,
  plan: RunPlan & Pick<ReturnType<typeof planRun>, 'affinity'>,
  dir: string,
  signal: AbortSignal,
): Promise<Run> {
  const { run } = plan
  const what = {
    ...{ settings: run.settings, warnings: run.warnings, dir, signal },
    ...{ database: settings.database, split: plan.affinity.split },
    isLive: invocation.flags.live !== undefined,
  }
  try {
    return await measuring(invocation, what, (parts) =>
      runPlan(plan, {
        ...parts,
        ownStages: settings.stages,
        save: async (run) => {
          await writeRecord(dir, run)
        },
      }),
    )
  } catch (error) {
    // Nothing was measured, so there is nothing that the folder could tell.
    if (error instanceof UserError && run.cells.length === 0) await rm(dir, { recursive: true, force: true })
    throw error
  }
}
