import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type LadderResult, ladderResult } from '../../ladder/ladder-result.js'
import type { Run } from '../../model/run/run.js'
import type { Ladder } from '../../model/studies/ladder.js'
import { askWorkers } from '../../observe/ask-workers.js'
import { ladderDoc } from '../../report/ladder/ladder-doc.js'
import { adviseLine, judgedClaims } from '../../report/ladder/ladder-words.js'
import { readLadder } from '../../report/ladder/read-ladders.js'
import { runLadder } from '../../runner/studies/ladder-run.js'
import { makeRunFolder, writeLadder, writeRun } from '../../runner/studies/run-file.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { type LadderReading, planLadder, readLadderPlan } from '../plan/ladder-plan.js'
import type { Invocation } from '../terminal/invocation.js'
import { expectedRunSeconds } from '../terminal/run-state.js'
import { exitCodeOf } from '../world/exit-code.js'
import { listenForInterrupt } from '../world/interrupt.js'
import { measuring } from '../world/measuring.js'
import { makeResultsFolder, resultsFolder } from '../world/results-folder.js'
import { surroundingsOf } from '../world/surroundings.js'
import { sweepFirst } from '../world/sweep-first.js'
import { shortPath, tellWithPage } from '../world/write-page.js'

/** `rungs ladder`: every level under the same load, against each other and against what is claimed of them. */
export async function ladder(invocation: Invocation): Promise<ExitCode> {
  const { flags, cwd } = invocation
  if (flags.from !== undefined) {
    const places = [cwd, await resultsFolder(invocation)].map((place) => resolve(place, flags.from ?? ''))
    const read = await readLadder(flags.from, places)
    await tell(invocation, read.ladder, read.dir)
    return ExitCode.Ok
  }
  return await climb(invocation, await readLadderPlan(invocation))
}

async function climb(invocation: Invocation, reading: LadderReading): Promise<ExitCode> {
  const { output, cwd } = invocation
  const { settings } = reading.plan.configuration
  await sweepFirst(invocation)
  const interrupt = listenForInterrupt((name) =>
    output.warn(`${name}: stopping; what was measured is kept (again to leave at once)`),
  )
  try {
    const { levels, around } = await surroundingsOf(invocation, reading.plan)
    const plan = planLadder({ ...reading, plan: { ...reading.plan, levels } }, around)
    const folder = await makeRunFolder(await makeResultsFolder(resolve(cwd, settings.out)), plan.run.id)
    plan.run.id = folder.id
    plan.ladder.id = folder.id
    const { run, ladder: record } = await measure(invocation, reading, plan, folder.dir, interrupt.signal)
    await tell(invocation, ladderResult(run, record), folder.dir)
    return record.state === 'interrupted' ? ExitCode.Interrupted : exitCodeOf(run)
  } finally {
    interrupt.dispose()
  }
}

async function measure(
  invocation: Invocation,
  { plan: { configuration } }: LadderReading,
  plan: ReturnType<typeof planLadder>,
  dir: string,
  signal: AbortSignal,
): Promise<{ run: Run; ladder: Ladder }> {
  const { run } = plan
  const { output } = invocation
  output.note(
    `${plan.levels.map(({ info }) => info.key).join(', ')}: ${run.plan.length} cells, about ${Math.ceil(expectedRunSeconds(run) / 60)} min and the boots`,
  )
  const what = {
    ...{ settings: run.settings, warnings: run.warnings, dir, signal },
    ...{ database: configuration.settings.database, split: plan.affinity.split },
  }
  try {
    return await measuring(invocation, what, (parts) =>
      runLadder(plan, {
        ...{ ...parts, ownStages: null, askWorkers },
        onStep: (text) => output.note(text),
        save: async (result) => {
          await writeRun(dir, result)
        },
        saveLadder: async (result) => {
          await writeLadder(dir, result)
        },
      }),
    )
  } catch (error) {
    // Nothing was measured, so there is nothing that the folder could tell.
    if (error instanceof UserError && run.cells.length === 0) await rm(dir, { recursive: true, force: true })
    throw error
  }
}

/** Table, page, and what to do with them. */
async function tell(invocation: Invocation, result: LadderResult, dir: string): Promise<void> {
  const { output, cwd } = invocation
  await tellWithPage(invocation, ladderDoc(result), dir, { label: 'page: ', markdown: true })
  const line = adviseLine(result, shortPath(dirname(dir), cwd))
  if (line !== null) output.print(`which level do you need? for example: ${line}`)
  output.result({ ...result, claims: judgedClaims(result) })
}
