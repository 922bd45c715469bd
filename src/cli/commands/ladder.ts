import { dirname, resolve } from 'node:path'
import { type LadderResult, ladderResult } from '../../ladder/ladder-result.js'
import type { Run } from '../../model/run/run.js'
import { askWorkers } from '../../observe/ask-workers.js'
import { KINDS } from '../../records/kinds.js'
import { findRecord } from '../../records/results.js'
import { writeRecord } from '../../records/write-record.js'
import { ladderDoc } from '../../report/ladder/ladder-doc.js'
import { adviseLine, judgedClaims } from '../../report/ladder/ladder-words.js'
import { readLadder } from '../../report/ladder/read-ladders.js'
import { type LadderPlan, runLadder, withRates } from '../../runner/studies/ladder-run.js'
import { ExitCode } from '../../words/exit-codes.js'
import { shortPath } from '../../words/short-path.js'
import { planLadder, readLadderPlan } from '../plan/ladder-plan.js'
import type { Invocation } from '../terminal/invocation.js'
import { expectedRunSeconds } from '../terminal/run-state.js'
import { exitCodeOf } from '../world/exit-code.js'
import { measureLevels } from '../world/measure-levels.js'
import { resultsFolder } from '../world/results-folder.js'
import { goOnText, resumed } from '../world/resume.js'
import { tellWithPage } from '../world/write-page.js'

/** `rungs ladder`: every level under the same load, against each other and against what is claimed of them. */
export async function ladder(invocation: Invocation): Promise<ExitCode> {
  const { flags, cwd } = invocation
  if (flags.from !== undefined) {
    const places = [cwd, await resultsFolder(invocation)].map((place) => resolve(place, flags.from ?? ''))
    const read = await readLadder(flags.from, places)
    await tell(invocation, read.ladder, read.dir)
    return ExitCode.Ok
  }
  return await climb(invocation)
}

async function climb(given: Invocation): Promise<ExitCode> {
  const { invocation, stored } = await resumedLadder(given)
  const { output, cwd } = invocation
  const reading = await readLadderPlan(invocation)
  const { result, dir } = await measureLevels(invocation, reading.plan, {
    kept: 'what was measured is',
    stored: stored && { dir: stored.dir, record: stored.run },
    plan(plan, around) {
      const planned = planLadder({ ...reading, plan }, around)
      return stored ? { ...withRates(planned, stored.record.rates), ladder: stored.record } : planned
    },
    recordOf: (plan) => plan.run,
    measure: (plan, { record, dir }, parts) => {
      output.note(expectedText(plan))
      return runLadder(
        { ...plan, run: record, ladder: { ...plan.ladder, id: record.id, asked: { ...record.asked } } },
        {
          ...parts,
          ownStages: null,
          askWorkers,
          onStep: (text) => output.note(text),
          saveLadder: async (ladder) => {
            await writeRecord(dir, ladder)
          },
        },
      )
    },
    isEmpty: ({ cells }: Run) => cells.length === 0,
  })
  const { run, ladder } = result
  await tell(invocation, ladderResult(run, ladder), dir)
  if (ladder.state === 'interrupted') output.print(goOnText('ladder', dir, cwd))
  return ladder.state === 'interrupted' ? ExitCode.Interrupted : exitCodeOf(run)
}

/** A ladder has two files. */
async function resumedLadder(given: Invocation) {
  const { invocation, stored } = await resumed(KINDS.ladder, given)
  if (stored === null) return { invocation, stored: null }
  const run = (await findRecord(KINDS.run, [stored.dir]))?.record ?? null
  const flags = { ...(run ? { seed: String(run.settings.seed) } : {}), ...invocation.flags }
  return { invocation: { ...invocation, flags }, stored: { ...stored, run } }
}

function expectedText({ levels, run }: LadderPlan): string {
  const minutes = Math.ceil(expectedRunSeconds(run) / 60)
  const keys = levels.map(({ info }) => info.key).join(', ')
  return `${keys}: ${run.plan.length} cells, about ${minutes} min and the boots`
}

/** Table, page, and what to do with them. */
async function tell(invocation: Invocation, result: LadderResult, dir: string): Promise<void> {
  const { output, cwd } = invocation
  await tellWithPage(invocation, ladderDoc(result), dir, { label: 'page: ', markdown: true })
  const line = adviseLine(result, shortPath(dirname(dir), cwd))
  if (line !== null) output.print(`which level do you need? for example: ${line}`)
  output.result({ ...result, claims: judgedClaims(result) })
}
