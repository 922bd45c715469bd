import { UserError } from '../../model/errors.js'
import { ExitCode } from '../../model/exit-codes.js'
import { readNamedRuns } from '../../report/read-runs.js'
import { scanForReport } from '../../report/scan-report.js'
import { type WrittenGate, writeGate } from '../../report/write-gate.js'
import { writeReport } from '../../report/write-report.js'
import type { Invocation } from '../invocation.js'
import { makeResultsFolder, resultsFolder } from '../results-folder.js'
import { sweepFirst } from '../sweep-first.js'
import { shortPath } from '../write-page.js'

/**
 * `rungs report`: a page over all runs of a folder, or over those named, and one of its newest gate. A calibration that
 * cannot be used is left out of it, and makes the exit code that of a wrong environment.
 */
export async function report(invocation: Invocation): Promise<ExitCode> {
  const { args, cwd, output } = invocation
  const dir = await resultsFolder(invocation)
  await sweepFirst(invocation)
  const gate = await writeGate(dir)
  for (const problem of gate.problems) output.warn(problem)
  const { runs, problems, index } = await runsOf(dir, args, gate)
  for (const problem of problems) output.warn(problem)
  await makeResultsFolder(dir)
  const written =
    runs.length === 0
      ? { files: [], notes: [], calibrationProblem: null }
      : await writeReport({ runs, index, problems, outDir: dir, png: true, gate: gate.newest })
  const { notes, calibrationProblem } = written
  if (calibrationProblem !== null) output.warn(calibrationProblem)
  const files = [...written.files, ...(gate.file === null ? [] : [gate.file])]
  for (const note of notes) output.note(note)
  output.result({ runs: runs.map(({ id }) => id), files, notes })
  for (const file of files) output.print(shortPath(file, cwd))
  return calibrationProblem === null ? ExitCode.Ok : ExitCode.Usage
}

type Scanned = Awaited<ReturnType<typeof scanForReport>>

/** A folder may hold gates alone: then there is their page, and no report. */
async function runsOf(dir: string, names: readonly string[], gate: WrittenGate): Promise<Scanned> {
  if (names.length > 0) {
    return { runs: await readNamedRuns(dir, names), problems: [], index: [] }
  }
  try {
    return await scanForReport(dir)
  } catch (error) {
    if (gate.file === null || !(error instanceof UserError)) throw error
    return { runs: [], problems: [...error.problems], index: [] }
  }
}
